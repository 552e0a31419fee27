import { type CacheKind, cacheDirectoryOf } from '../../compare/known-cache.ts';
import { type KnownKind, KnownPaths } from '../../compare/known-path.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import type { Claim } from '../finding.ts';
import type { LeftoverGroup } from '../leftover.ts';
import { isMentioned, laterReaders } from '../recipe/dockerfile-mention.ts';
import { usesOf } from '../recipe/program-use.ts';
import type { Subject } from '../subject.ts';
import { namesOf } from './cache-remedy.ts';
import type { CacheSpec } from './cache-spec.ts';

/** Whoever goes without the network, or unpacks anew, needs what an earlier instruction has fetched. */
const NEEDS_CACHE =
  /--(?:(?:prefer-)?offline|cacheonly)\b|\b(?:dnf|yum)\s+-C\b|\b(?:UV|NPM|YARN|CONDA|COMPOSER)\w*_(?:OFFLINE|DISABLE_NETWORK)\b|\bpristine\b/i;

/**
 * What keeps the cache out of the RUN that wrote it, and of later ones that would write it in its place; empty where
 * that is not safe.
 */
export function cacheEdits(
  subject: Subject,
  { kind, tool, remedy, isShared, option, missedBy }: CacheSpec,
  instruction: DockerfileInstruction,
  { files }: Pick<LeftoverGroup, 'files'>,
): readonly DockerfileEdit[] {
  const { recipe } = subject;
  if (recipe === null || remedy === undefined || instruction.keyword !== 'RUN') return [];
  if (isRunBy(subject, missedBy)) return [];
  const roots = cacheRoots(files);
  if (isMentioned(laterReaders(recipe, instruction), [...namesOf(roots), NEEDS_CACHE])) return [];
  const own = remedy({ subject, instruction, tool, uses: usesOf(instruction, tool), roots });
  const areMore = typeof isShared === 'boolean' ? isShared : isShared(subject);
  if (own === null || !areMore) return own ?? [];
  const edits = [...own];
  const writers = writersOf(subject, kind);
  for (const later of recipe.shipped.slice(recipe.shipped.indexOf(instruction) + 1)) {
    const uses = usesOf(later, tool);
    const isTold = option !== undefined && uses.writing.every(({ words }) => words.includes(option));
    if (!writers.has(later) && !uses.areHidden && (uses.writing.length === 0 || isTold)) continue;
    const more = remedy({ subject, instruction: later, tool, uses, roots });
    if (more === null) return [];
    edits.push(...more);
  }
  return edits;
}

/** Whether CMD or ENTRYPOINT of the image say so. */
export function isRunBy({ recipe }: Subject, command: RegExp | undefined): boolean {
  if (command === undefined) return false;
  return (recipe?.shipped ?? []).some(
    ({ keyword, body }) => ['CMD', 'ENTRYPOINT'].includes(keyword) && command.test(body),
  );
}

/** The caches that files are in: clean, ascending. */
export function cacheRoots(files: LeftoverGroup['files']): readonly string[] {
  const roots = new Set<string>();
  let recent = '';
  for (const { path } of files) {
    const directory = path.slice(0, path.lastIndexOf('/') + 1);
    if (directory === recent) continue;
    recent = directory;
    const root = cacheDirectoryOf(path);
    if (root !== null) roots.add(root);
  }
  return [...roots].sort();
}

/** Instructions that wrote files of the kind, whether they can still be seen or not. */
function writersOf(subject: Subject, kind: CacheKind): ReadonlySet<DockerfileInstruction> {
  const layers = new Set(subject.filesOfKind(kind).map(({ layer }) => layer));
  for (const { layer } of hiddenOfKind(subject, kind)) layers.add(layer);
  return new Set([...layers].flatMap(layer => subject.instructionOf(layer) ?? []));
}

type HiddenFiles = ReadonlyMap<KnownKind | null, readonly Claim[]>;

const HIDDEN = new WeakMap<Subject, HiddenFiles>();

/** What of the kind own layers hold that later ones hide; not what a layer hides itself. */
export function hiddenOfKind(subject: Subject, kind: CacheKind): readonly Claim[] {
  const hidden = HIDDEN.get(subject) ?? hiddenByKind(subject);
  HIDDEN.set(subject, hidden);
  return hidden.get(kind) ?? [];
}

function hiddenByKind({ analysis, ownFrom }: Subject): HiddenFiles {
  const known = new KnownPaths();
  const claims = analysis.wastedFiles
    .filter(({ writtenBy, hiddenBy }) => writtenBy >= ownFrom && writtenBy !== hiddenBy)
    .map(({ path, bytes, writtenBy }) => ({ layer: writtenBy, path, bytes }));
  return Map.groupBy(claims, ({ path }) => known.kindOf(path));
}
