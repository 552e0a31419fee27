import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { baseName } from '../../base/slash-path.ts';
import { isTemporary, temporaryEntry } from '../../compare/known-path.ts';
import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { isMentioned } from '../dockerfile/mention.ts';
import { findOwnScripts } from '../later-use/own-scripts.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { ArchiveUse } from './archive-use.ts';
import { findUnpackedApplications } from './repeated-archive.ts';
import { findWritingLayer } from './rewritten-files.ts';
import { unpackingScripts } from './unpacking-script.ts';

/**
 * Archives that a RUN, or a script that it runs, unpacks which is, or comes after, the instruction that wrote them; and
 * those that lie beside what they were unpacked to.
 */
export const findKeptArchives = memoize((context: RuleContext): readonly VisibleFile[] => {
  const { dockerfile } = context;
  if (dockerfile === null) return [];
  const archives = context.filesOfKind('archives');
  const { uses, running } = readUses(dockerfile);
  const isUsed = (path: string): boolean => isMentioned(running, [baseName(path)]);
  const byHand = archives.filter(file => {
    const { path } = file;
    const writer = context.instructionOf(findWritingLayer(context, file));
    if (writer === null || isUsed(path)) return false;
    const from = dockerfile.shipped.indexOf(writer);
    return (
      uses.some(({ place, use }) => place >= from && use.unpacks(path)) ||
      isUnpackedByScript(context, path, { from, running })
    );
  });
  return [...byHand, ...findUnpackedApplications(context).filter(({ path }) => !isUsed(path))];
});

/** Not where the image may run that script again, or another script of it names the archive. */
function isUnpackedByScript(
  context: RuleContext,
  path: string,
  { from, running }: { readonly from: number; readonly running: readonly DockerfileInstruction[] },
): boolean {
  const scripts = unpackingScripts(context).filter(each => each.place >= from && each.unpacks(path));
  if (scripts.length === 0 || scripts.some(each => isMentioned(running, [baseName(each.path)]))) return false;
  const own = new Set(scripts.map(each => each.path));
  const base = baseName(path);
  return !findOwnScripts(context).some(each => !own.has(each.path) && each.words.includes(base));
}

/** In a folder of a folder for temporary files they go with what else is in it, if that is worth a word. */
export function isAmongTemporary(context: RuleContext, { path }: VisibleFile): boolean {
  const entry = temporaryEntry(path);
  return entry !== null && entry !== path && !archiveEntries(context).has(entry);
}

const MOST = 0.9;

/** Entries of folders for temporary files that hold archives which were unpacked, and hardly anything else. */
export const archiveEntries = memoize((context: RuleContext): ReadonlySet<string> => {
  const archives = new Map<string, number>();
  for (const { path, bytes } of findKeptArchives(context)) {
    const entry = temporaryEntry(path);
    if (entry !== null) archives.set(entry, (archives.get(entry) ?? 0) + bytes);
  }
  if (archives.size === 0) return new Set();
  const all = new Map<string, number>();
  for (const { path, bytes } of context.ownFiles) {
    const entry = isTemporary(path) ? temporaryEntry(path) : null;
    if (entry !== null && archives.has(entry)) all.set(entry, (all.get(entry) ?? 0) + bytes);
  }
  const isWhole = ([entry, bytes]: readonly [string, number]): boolean =>
    bytes >= (all.get(entry) ?? 0) * MOST;
  return new Set(
    Array.from(archives)
      .filter(isWhole)
      .map(([entry]) => entry),
  );
});

/** The RUNs with their places among what ships, and the instructions that say what the image runs. */
function readUses({ shipped }: BuiltDockerfile) {
  return {
    uses: shipped.flatMap((instruction, place) =>
      instruction.keyword === 'RUN' ? [{ place, use: new ArchiveUse(instruction) }] : [],
    ),
    running: shipped.filter(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT'),
  };
}
