import type { VisibleFile, WastedFile } from '../../analysis/image-analysis.ts';
import { baseName } from '../../base/slash-path.ts';
import { readMounts } from '../../dockerfile/mount.ts';
import { INSTALLED_DIRECTORIES } from '../../package-managers/dependency-directory.ts';
import { NPM } from '../../package-managers/npm.ts';
import { isMentioned, nameByItself, otherInstructions } from '../dockerfile/mention.ts';
import { runCommands } from '../dockerfile/run-commands.ts';
import { findOwnScripts } from '../later-use/own-scripts.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { type CopiedFile, findCopiedFiles } from './copied-file.ts';

/** Packages of the machine that builds, which came along with a directory of the context. */
export const findCopiedPackages = memoize((context: RuleContext): readonly CopiedFile[] =>
  findCopiedFiles(context).filter(({ inside }) => packageRoot(inside) !== null),
);

/** `app/.venv` of `app/.venv/lib/x.py`; null where no directory of the path is one that packages are installed to. */
export function packageRoot(inside: string): string | null {
  const parts = inside.split('/');
  const at = parts.slice(0, -1).findIndex(name => INSTALLED_DIRECTORIES.has(name));
  return at < 0 ? null : parts.slice(0, at + 1).join('/');
}

/** Those that a RUN installs anew or deletes. What a chown hides it shows again. */
export const findReplacedPackages = memoize((context: RuleContext): readonly CopiedFile[] =>
  findCopiedPackages(context).filter(
    ({ hidden }) =>
      hidden !== null &&
      hidden.reason !== 'metadata-only' &&
      context.instructionOf(hidden.hiddenBy)?.keyword === 'RUN',
  ),
);

/** For rules about waste: whether the rule about copied packages tells of the file. */
export const isReplacedPackage = memoize((context: RuleContext) => {
  const told = new Set(findReplacedPackages(context).map(({ file }) => `${file.layer} ${file.path}`));
  return ({ writtenBy, path }: WastedFile): boolean => told.has(`${writtenBy} ${path}`);
});

const CONFIGURATION = 'pyvenv.cfg';
/** They use the environment of the project without a name. */
const RUNNERS = /\b(?:uvx?|poetry|pdm|pipenv|rye|hatch|direnv)\b/;

/** Files of Python's virtual environments that the image shows, though nothing of the Dockerfile and no script names them. */
export function findUnusedEnvironments(context: RuleContext): readonly CopiedFile[] {
  const shown = findCopiedPackages(context).filter(({ hidden }) => hidden === null);
  const rootOf = ({ copiedBy, inside }: CopiedFile): string => `${copiedBy} ${packageRoot(inside)}`;
  const environments = shown.filter(({ inside }) => inside === `${packageRoot(inside)}/${CONFIGURATION}`);
  const unused = new Set(environments.filter(each => !isUsed(context, each)).map(rootOf));
  return unused.size === 0 ? [] : shown.filter(each => unused.has(rootOf(each)));
}

function isUsed(context: RuleContext, { copy, inside, file }: CopiedFile): boolean {
  const { dockerfile } = context;
  if (dockerfile === null) return true;
  const root = packageRoot(inside) ?? '';
  const name = nameByItself(baseName(root));
  const own = file.path.slice(0, -CONFIGURATION.length);
  const others = otherInstructions(dockerfile, copy.instruction);
  return (
    isMentioned(others, [name, RUNNERS]) ||
    findOwnScripts(context).some(
      ({ path, words }) => !path.startsWith(own) && (name.test(words) || RUNNERS.test(words)),
    ) ||
    others.some(({ flags }) => readMounts(flags).some(({ type, from }) => type === 'bind' && from === null))
  );
}

/** A `node_modules` that the image shows as it was copied: nothing in the Dockerfile installs one. */
export function findForeignModules(context: RuleContext): readonly VisibleFile[] {
  const { dockerfile, analysis } = context;
  const shown = findCopiedPackages(context).filter(
    ({ hidden, inside }) =>
      hidden === null && packageRoot(inside)?.split('/').at(-1) === NPM.projectDirectory,
  );
  if (dockerfile === null || shown.length === 0) return [];
  const isInstalling = dockerfile.file.instructions.some(instruction =>
    runCommands(instruction).packages.some(
      ({ manager }) => manager.projectDirectory === NPM.projectDirectory,
    ),
  );
  // The same copy is told of by what of it is for development only.
  const hasDevelopment = analysis.packages.packages.some(
    ({ type, isDevelopment }) => type === 'npm' && isDevelopment === true,
  );
  return isInstalling || hasDevelopment ? [] : shown.map(({ file }) => file);
}
