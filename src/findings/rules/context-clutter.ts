import { z } from 'zod';
import { code, type Phrase, pathCode, phrase } from '../../base/phrase.ts';
import type { DirectoryCopy } from '../../build/directory-copy.ts';
import { readContextCopy } from '../../dockerfile/context-copy.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { readMounts } from '../../dockerfile/mount.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { PACKAGE_MANAGERS } from '../../package-managers/package-managers.ts';
import { isMentioned, otherInstructions } from '../dockerfile/mention.ts';
import type { FindingEvidence } from '../finding.ts';
import { findOwnScripts } from '../later-use/own-scripts.ts';
import { type CopiedDevelopmentFile, findClutter, findHistory } from '../leftovers/context-clutter.ts';
import { leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { copiedAlong } from '../words/evidence-phrases.ts';
import { ignoreFileArg, ignoreFileCode } from '../words/ignore-file-words.ts';

/** Less is not worth an entry; of a history any byte is, as it holds what was deleted, too. */
const MIN_BYTES = 100_000;

/**
 * What `COPY .` brings that no image needs: histories, folders of editors and CI, caches of test tools, Dockerfiles.
 * READMEs are not among them, as Python's and Rust's builds want them.
 */
export const contextClutter = defineRule({
  id: 'context-clutter',
  family: 'leftovers',
  order: 30,
  severity: 'warning',
  args: () =>
    leftoverArgs().extend({
      hasHistory: z.boolean().describe("Whether a version control system's history is among it"),
      history: z
        .string()
        .nullable()
        .default(null)
        .describe(
          'The directory of the largest such history, from the root of the image; null where there is none',
        ),
      ...ignoreFileArg(),
      mayBeRead: z
        .boolean()
        .default(false)
        .describe('Whether something in the build may read the history, which has to be there for that'),
    }),
  finds: 'Repositories, editor folders and Dockerfiles that `COPY .` brings in',
  why: 'The image never reads them. A `.git` directory also holds everything that was ever deleted from the repository.',
  usual:
    'What the `.git` directory has: some megabytes for a young repository, hundreds for an old one. Editor folders and Dockerfiles are small.',
  remedy: 'List them in `.dockerignore`, or copy by name what the image needs.',
  whenToIgnore:
    'Where the program reads its own repository, for example to tell its version with `git describe`; better is a build argument.',
  find: context => {
    const needsHistory = new Map<DirectoryCopy, boolean>();
    const mayNeed = ({ copy, development }: CopiedDevelopmentFile): boolean => {
      if (development.kind !== 'history') return false;
      const known = needsHistory.get(copy) ?? mayUseHistory(context, copy);
      needsHistory.set(copy, known);
      return known;
    };
    const found = findClutter(context);
    return [
      ...defectsOf(
        context,
        found.filter(each => !mayNeed(each)),
        true,
      ),
      ...defectsOf(context, found.filter(mayNeed), false),
    ];
  },
  what: finding => {
    return phrase`${copiedAlong('files that only developers need', finding)}${withHistory(finding)}`;
  },
  fix: ({ args }) =>
    args.mayBeRead
      ? phrase`exclude them in ${ignoreFileCode(args)}, or, where the build reads the history, copy the rest by name and mount it (${code('RUN --mount=type=bind,source=.git,target=.git')})`
      : phrase`exclude them in ${ignoreFileCode(args)}`,
});

/** Its place, too, where the sentence begins with another. */
function withHistory({
  args: { hasHistory, history },
  evidence: { paths },
}: {
  readonly args: { readonly hasHistory: boolean; readonly history: string | null };
  readonly evidence: Pick<FindingEvidence, 'paths'>;
}): Phrase {
  if (!hasHistory) return [];
  const isNamed = history === null || paths[0]?.path.startsWith(history) === true;
  return phrase`, with a history${isNamed ? [] : phrase` in ${pathCode(history, 80)}`} that still holds what was deleted`;
}

function defectsOf(context: RuleContext, found: readonly CopiedDevelopmentFile[], canBeIgnored: boolean) {
  const foundAt = new Map(found.map(each => [each.file, each]));
  const files = found.map(({ file }) => file);
  return leftoverDefects(context, files, {
    minBytes: 1,
    args: ({ files: own }) => {
      const history = largestHistory(own.flatMap(file => foundAt.get(file) ?? []));
      return {
        mayBeRead: !canBeIgnored,
        hasHistory: history !== null,
        history,
        ignoreFile: context.ownIgnoreFile,
      };
    },
    edits: (_instruction, group) =>
      canBeIgnored ? ignoreEdits(group.files.flatMap(file => foundAt.get(file) ?? [])) : [],
  }).filter(({ args }) => args.hasHistory || args.bytes >= MIN_BYTES);
}

function largestHistory(found: readonly CopiedDevelopmentFile[]): string | null {
  const bytes = new Map<string, number>();
  for (const each of found) {
    const history = findHistory(each);
    if (history !== null) bytes.set(history, (bytes.get(history) ?? 0) + each.file.bytes);
  }
  return [...bytes].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

/** An entry for each of more places than this would be a list; then the name is ignored wherever it is. */
const MAX_PLACES = 3;

/** What stands for itself in a .dockerignore. */
const PLAIN = /^[\w./@+~-]+$/;

/** Entries of the .dockerignore that keep the files out: each place where they are, or their name anywhere. */
function ignoreEdits(found: readonly CopiedDevelopmentFile[]): readonly DockerfileEdit[] {
  const places = new Map<string, Set<string> | null>();
  for (const { development, copy } of found) {
    const place = copy.source === '' ? development.root : `${copy.source}/${development.root}`;
    const known = places.get(development.name);
    // Editors will call the next of their files otherwise.
    const isPlain = copy.destination !== null && PLAIN.test(place) && !development.name.startsWith('*');
    if (!isPlain || known === null) places.set(development.name, null);
    else places.set(development.name, (known ?? new Set()).add(place));
  }
  return [...places].flatMap(([name, known]) => {
    const patterns = known === null || known.size > MAX_PLACES ? [`**/${name}`] : [...known];
    return patterns.sort().map((pattern): DockerfileEdit => ({ kind: 'ignore', pattern }));
  });
}

const GIT = /(?:^|\/)bin\/git$/;
/** The directory of a repository, among the words of a script. */
const REPOSITORY = /(?:^|[ /])\.(?:git|hg|svn)(?:[ /]|$)/;
/** Tools that read a repository by themselves, without git: JGit in plugins of builds, gix in build scripts. */
const BUILDERS = PACKAGE_MANAGERS.flatMap(({ readsHistory, programs }) => (readsHistory ? programs : []));
const READERS = new RegExp(`\\b(?:git|hg|svn|sbt|setuptools[_-]scm|${BUILDERS.join('|')})\\b`);

/** Whether anything that the build does may need the history that a copy brings: a version told by `git describe`. */
function mayUseHistory(context: RuleContext, { instruction }: DirectoryCopy): boolean {
  const { dockerfile, analysis } = context;
  if (dockerfile === null) return true;
  const others = otherInstructions(dockerfile, instruction).filter(({ keyword }) => keyword !== 'LABEL');
  return (
    isMentioned(others, [READERS]) ||
    others.some(each => {
      const copy = readContextCopy(each, dockerfile.file.escape);
      if (copy !== null) return copy.sources.some(source => cleanPath(source) === '');
      return readMounts(each.flags).some(({ type, from }) => type === 'bind' && from === null);
    }) ||
    analysis.visibleFiles.values().some(({ path }) => GIT.test(path)) ||
    findOwnScripts(context).some(({ words }) => REPOSITORY.test(words))
  );
}
