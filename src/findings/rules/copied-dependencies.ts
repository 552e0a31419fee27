import { code, phrase } from '../../base/phrase.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import { INSTALLED_DIRECTORIES } from '../../package-managers/dependency-directory.ts';
import { NPM } from '../../package-managers/npm.ts';
import { isMentioned, otherInstructions } from '../dockerfile/mention.ts';
import { type CopiedFile, findCopiedFiles, findCopyingLayer } from '../leftovers/copied-file.ts';
import { type LeftoverGroup, leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { copiedAlong } from '../words/evidence-phrases.ts';

const MIN_BYTES = 100_000;

/**
 * Packages of the machine that builds, copied with a whole directory, which a later RUN installs anew or deletes. Only
 * what it hides counts: what the image still shows it would have to install otherwise.
 */
export const copiedDependencies = defineRule({
  id: 'copied-dependencies',
  family: 'leftovers',
  order: 40,
  severity: 'warning',
  args: leftoverArgs,
  finds: 'A `node_modules` of the host that the build installs again or deletes',
  why: 'The copied packages ship in their layer even where others replace them, and may be built for another system.',
  usual: "As much as the project's dependencies: tens to hundreds of megabytes of `node_modules`.",
  remedy: 'Add `node_modules` to `.dockerignore` and let the build install them.',
  whenToIgnore: 'Hardly ever: what is copied is replaced or deleted by the build itself.',
  find: context => {
    const packages = findCopiedFiles(context).filter(({ inside }) => isInstalled(inside));
    const hidden = packages.filter(copied => isUseless(context, copied));
    const files = hidden.map(({ file }) => file);
    return leftoverDefects(context, files, {
      minBytes: MIN_BYTES,
      blamedLayer: findCopyingLayer(hidden),
      edits: (instruction, group) => edits(context, instruction, group, packages),
    });
  },
  what: finding =>
    phrase`${copiedAlong('packages of the build machine', finding)}, and is installed again or deleted later`,
  fix: () => phrase`exclude them in ${code('.dockerignore')}`,
});

function isInstalled(path: string): boolean {
  return path
    .split('/')
    .slice(0, -1)
    .some(name => INSTALLED_DIRECTORIES.has(name));
}

/** What a chown hides it shows again: only a RUN that installs or deletes makes a copy useless. */
function isUseless(context: RuleContext, { hidden }: CopiedFile): boolean {
  const isHidden = hidden !== null && hidden.reason !== 'metadata-only';
  return isHidden && context.instructionOf(hidden.hiddenBy)?.keyword === 'RUN';
}

/** Only where the first RUN behind the copy begins with `npm ci`, which deletes what is there before anything else. */
function edits(
  context: RuleContext,
  copy: DockerfileInstruction,
  { layers }: LeftoverGroup,
  packages: readonly CopiedFile[],
): readonly DockerfileEdit[] {
  const { dockerfile } = context;
  const copied = packages.filter(({ file }) => layers.includes(file.layer));
  const pattern = NPM.projectDirectory;
  const isWhole = copied.every(
    ({ inside, hidden, copy: { source, destination } }) =>
      inside.startsWith(`${pattern}/`) && hidden !== null && source === '' && destination !== null,
  );
  if (dockerfile === null || !isWhole || isMentioned(otherInstructions(dockerfile, copy), [pattern]))
    return [];
  const { shipped } = dockerfile;
  const next = shipped.slice(shipped.indexOf(copy) + 1).find(({ keyword }) => keyword === 'RUN');
  const hiders = new Set(copied.map(({ hidden }) => context.instructionOf(hidden?.hiddenBy ?? 0)));
  const isNext = next !== undefined && hiders.size === 1 && hiders.has(next);
  return isNext && installsAnew(next) ? [{ kind: 'ignore', pattern }] : [];
}

function installsAnew(instruction: DockerfileInstruction): boolean {
  const first = runScript(instruction).script.commands.find(({ words: [word = ''] }) => word !== 'set');
  const [program, verb] = first?.words ?? [];
  return NPM.programs.some(each => each === program) && NPM.installsAnew.some(each => each === verb);
}
