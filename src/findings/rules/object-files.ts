import { phrase } from '../../base/phrase.ts';
import { baseName } from '../../base/slash-path.ts';
import { isSystemPackage } from '../../packages/installed-package.ts';
import { buildUpon } from '../dockerfile/stage-graph.ts';
import { leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { leftoverEdits } from '../leftovers/leftover-edits.ts';
import { findLeftoverRoot, findLeftovers } from '../leftovers/leftover-files.ts';
import { memoize } from '../memoize.ts';
import { mayBuild, runsAny } from '../packages/building.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { leftoverFiles } from '../words/evidence-phrases.ts';

/** A native module or two leave less. */
const MIN_BYTES = 1_000_000;

/** What compilers make on their way, and nothing runs: object files, and the folders of build tools. */
export const objectFiles = defineRule({
  id: 'object-files',
  family: 'leftovers',
  order: 120,
  severity: 'warning',
  args: leftoverArgs,
  finds: 'Object files and other leftovers of a compiler',
  why: 'The finished program does not read them.',
  usual: 'From 1 MB, below which nothing is said: for a C++ project often more than the program.',
  remedy: 'Delete them in the RUN that compiles (`make clean`), or compile in a stage of its own.',
  whenToIgnore: 'Where the image is for building, and the next build shall start from them.',
  find: context => {
    const { packages } = context.analysis;
    const files = findLeftovers(context, 'object-files').filter(({ path }) => {
      // What a build script made may be loaded from where it is, as cargo tells the loader.
      if (SHARED_LIBRARY.test(path)) return false;
      const owner = packages.ownerOf(path);
      // Its packages have some because compilers read them; those of npm and gem compile where they are.
      return owner === null || !isSystemPackage(owner);
    });
    return leftoverDefects(context, files, {
      minBytes: MIN_BYTES,
      edits: (instruction, group) => {
        const { dockerfile } = context;
        // A build that goes on from there would compile all of it again.
        const isOver = dockerfile !== null && !runsAny(buildUpon(dockerfile, instruction), mayBuild);
        const isKnown = group.files.every(({ path }) => isOfBuild(context, path));
        return isOver && isKnown ? leftoverEdits(context, instruction, group, 'object-files') : [];
      },
    });
  },
  what: finding => phrase`${leftoverFiles('object files', finding)} is left over from compiling`,
  fix: () => phrase`delete them in the RUN that compiles, or compile in another stage and copy the result`,
});

const SHARED_LIBRARY = /\.so(?:\.[\d.]+)?$/;
const LIBTOOL = /\.lo$|(?:^|\/)\.(?:libs|deps)\//;
const SOURCE = /\.(?:c|cc|cpp|cxx|c\+\+|s|m|mm|f|f90|f95|d|ml|hs|pas|adb)$/i;

/** In a folder of build tools, or beside a source of its name: other object files may be there to be loaded. */
function isOfBuild(context: RuleContext, path: string): boolean {
  return (
    LIBTOOL.test(path) ||
    findLeftoverRoot(path, 'object-files') !== null ||
    sourceNames(context).has(stemOf(path))
  );
}

/** Names of the sources that the image shows, without their endings. */
const sourceNames = memoize(
  ({ ownFiles }: RuleContext): ReadonlySet<string> =>
    new Set(ownFiles.flatMap(({ path }) => (SOURCE.test(path) ? stemOf(path) : []))),
);

function stemOf(path: string): string {
  return baseName(path).replace(/\.\w+$|\.c\+\+$/, '');
}
