import { z } from 'zod';
import { code, type Phrase, phrase } from '../../base/phrase.ts';
import { leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import {
  findLibrariesBesideThemselves,
  findVersionedLibraries,
  type LibraryKind,
  type VersionedLibrary,
} from '../packages/library-versions.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { leftAt } from '../words/evidence-phrases.ts';

/** Of one library, and of a finding. Bytes. */
const LEAST: Readonly<Record<LibraryKind, readonly [library: number, finding: number]>> = {
  java: [100_000, 1_000_000],
  python: [500_000, 1_000_000],
  // Trees of npm have many in two versions, and their owner can do something about few.
  npm: [1_000_000, 5_000_000],
};

/**
 * One library in several versions. Which of them a program needs nobody can tell from outside: it only informs and
 * promises no saving, but where one directory has two of them and so one is never taken.
 */
export const duplicateVersions = defineRule({
  id: 'duplicate-versions',
  family: 'packages',
  order: 60,
  severity: 'info',
  args: () =>
    leftoverArgs().extend({
      kind: z.enum(['java', 'npm', 'python']).describe('Whose library it is'),
      library: z.string().describe('That with the most bytes in other versions'),
      version: z.string().describe('The version of it that takes most'),
      otherVersion: z.string().describe('The largest of its other versions'),
      libraryCount: z.int().min(1).describe('Libraries in several versions'),
      isBesideItself: z
        .boolean()
        .describe('Whether a directory has two versions of one library, of which programs take one'),
    }),
  finds: 'A library in two versions: archives of Java, packages of npm, of Python',
  why: 'Each version ships its bytes, and who loads which is a matter of the order in which they are found. Counted are all versions but the largest. Two versions of an archive of Java in one directory are a warning, all else only informs: programs that are apart may need versions of their own.',
  usual:
    'From 1 MB, below which nothing is said; for npm from 5 MB, of packages of 1 MB and more: its trees have many small ones in two versions.',
  remedy:
    'Find out who asks for which (`mvn dependency:tree`, `gradle dependencies`, `npm ls NAME`, `pip list` in each environment) and settle on one; `npm dedupe`, `yarn dedupe` and `pnpm dedupe` do so where the ranges allow it.',
  whenToIgnore: 'Where plugins or programs that are apart need versions of their own.',
  byHand: 'only who asks for the versions can settle on one',
  find: context => {
    const beside = findLibrariesBesideThemselves(context);
    const told = new Set(beside.flatMap(({ others }) => others));
    const apart = KINDS.flatMap(kind => {
      const libraries = findVersionedLibraries(context, kind, told);
      return defectsOf(context, kind, libraries).map(defect => ({ ...defect, freed: [] }));
    });
    const certain = defectsOf(context, 'java', beside).map(defect => ({
      ...defect,
      args: { ...defect.args, isBesideItself: true },
      severity: context.isBaseKnown ? ('warning' as const) : defect.severity,
    }));
    return [...certain, ...apart];
  },
  what: finding => {
    const { library, version, otherVersion, libraryCount, kind } = finding.args;
    const more = libraryCount > 1 ? phrase`, and ${libraryCount - 1} more in several versions` : [];
    return phrase`of ${NOUNS[kind]}${leftAt(finding, 'installed')} is there in another version, too: ${code(`${library} ${otherVersion}`, 60)} beside ${code(version, 30)}${more}`;
  },
  fix: ({ args }) =>
    phrase`find out who asks for which (${ASKS[args.kind](args.library)}), and settle on one`,
});

function defectsOf(context: RuleContext, kind: LibraryKind, all: readonly VersionedLibrary[]) {
  const [leastOfLibrary, minBytes] = LEAST[kind];
  const libraries = all.filter(({ bytes }) => bytes >= leastOfLibrary);
  const byFile = new Map(
    libraries.flatMap(library =>
      library.others.flatMap(copy => copy.files.map(file => [file, library] as const)),
    ),
  );
  return leftoverDefects(context, [...byFile.keys()], {
    minBytes,
    args: ({ files }) => {
      // The order of the libraries, too: the largest first.
      const told = new Set(files.flatMap(file => byFile.get(file) ?? []));
      const [largest] = told;
      return {
        kind,
        library: largest?.name ?? '',
        version: largest?.kept.version ?? '',
        otherVersion: largest?.others[0]?.version ?? '',
        libraryCount: told.size,
        isBesideItself: false,
      };
    },
  });
}

const KINDS = ['java', 'npm', 'python'] as const;

const NOUNS: Readonly<Record<LibraryKind, string>> = {
  java: 'Java libraries',
  npm: 'npm packages',
  python: 'Python packages',
};

const ASKS: Readonly<Record<LibraryKind, (library: string) => Phrase>> = {
  java: () => phrase`${code('mvn dependency:tree')}, ${code('gradle dependencies')}`,
  npm: library => phrase`${code(`npm ls ${library}`, 60)}, ${code('npm dedupe')}`,
  python: () => phrase`${code('pip list')} in each environment`,
};
