import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { type KnownKind, KnownPaths } from '../../compare/known-path.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { findCacheDirectory } from '../../package-managers/cache-directory.ts';
import { type CacheUse, cacheUse, OFFLINE } from '../../package-managers/cache-use.ts';
import type { CacheKind } from '../../package-managers/package-managers.ts';
import type { FreedFile } from '../../savings/layer-files.ts';
import { findUses } from '../dockerfile/run-commands.ts';
import type { FindingArgs } from '../finding.ts';
import { findLaterNeed, type OfferedFix } from '../later-use/later-need.ts';
import { memoize } from '../memoize.ts';
import type { Defect } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { namesOf, remedyEdits } from './cache-remedy.ts';

/** The files of a cache that its remedies take away. */
export function cacheFiles(context: RuleContext, { cache }: CacheUse): readonly VisibleFile[] {
  const { kind, files, inUse } = cache;
  const all = context.filesOfKind(kind);
  if (all.length === 0) return [];
  const isUsed =
    inUse !== undefined && context.analysis.visibleFiles.values().some(({ path }) => inUse.marker.test(path));
  return all.filter(
    ({ path }) => (files === undefined || files.test(path)) && !(isUsed && inUse.files.test(path)),
  );
}

/**
 * What keeps the cache out of the RUN that wrote it, and of later ones that would write it in its place; no edits where
 * that is not possible.
 */
export function cacheFixes(
  context: RuleContext,
  use: CacheUse,
  instruction: DockerfileInstruction,
  files: readonly VisibleFile[],
): OfferedFix {
  const roots = cacheRoots(files);
  const { programs: keepers } = use.writers;
  const removed = { paths: [], names: [...namesOf(roots), OFFLINE], isCache: true, keepers };
  const edits = cacheEdits(context, use, instruction, roots);
  const withheld = edits.length === 0 ? null : findLaterNeed(context, instruction, removed);
  return withheld === null ? { edits } : { withheld };
}

function cacheEdits(
  context: RuleContext,
  use: CacheUse,
  instruction: DockerfileInstruction,
  roots: readonly string[],
): readonly DockerfileEdit[] {
  const { dockerfile } = context;
  const { cache, writers, option, missed } = use;
  if (dockerfile === null || cache.remedies.length === 0 || instruction.keyword !== 'RUN') return [];
  if (isRunBy(context, missed)) return [];
  const own = remedyEdits(use, { context, instruction, uses: findUses(instruction, writers), roots });
  if (own === null || !isRewritten(context, use)) return own ?? [];
  const edits = [...own];
  const writing = writersOf(context, cache.kind);
  for (const later of dockerfile.shipped.slice(dockerfile.shipped.indexOf(instruction) + 1)) {
    const uses = findUses(later, writers);
    const isKept = option !== null && uses.writing.every(({ words }) => words.includes(option));
    if (!writing.has(later) && !uses.areHidden && (uses.writing.length === 0 || isKept)) continue;
    const more = remedyEdits(use, { context, instruction: later, uses, roots });
    if (more === null) return [];
    edits.push(...more);
  }
  return edits;
}

/** Whether later RUNs would write what an earlier one does not leave. */
function isRewritten(context: RuleContext, { cache }: CacheUse): boolean {
  if (typeof cache.isRewritten === 'boolean') return cache.isRewritten;
  return cacheFiles(context, cacheUse(cache.isRewritten)).length > 0;
}

/** Whether CMD or ENTRYPOINT of the image run what the pattern tells. */
export function isRunBy({ dockerfile }: RuleContext, command: RegExp | null): boolean {
  if (command === null) return false;
  return (dockerfile?.shipped ?? []).some(
    ({ keyword, body }) => ['CMD', 'ENTRYPOINT'].includes(keyword) && command.test(body),
  );
}

/** The caches that files are in: clean, ascending. */
export function cacheRoots(files: readonly VisibleFile[]): readonly string[] {
  const roots = new Set<string>();
  let recent = '';
  for (const { path } of files) {
    const directory = path.slice(0, path.lastIndexOf('/') + 1);
    if (directory === recent) continue;
    recent = directory;
    const root = findCacheDirectory(path);
    if (root !== null) roots.add(root);
  }
  return [...roots].sort();
}

/** Instructions that wrote files of the kind, whether they can still be seen or not. */
function writersOf(context: RuleContext, kind: CacheKind): ReadonlySet<DockerfileInstruction> {
  const layers = new Set(context.filesOfKind(kind).map(({ layer }) => layer));
  for (const { layer } of hiddenOfKind(context, kind)) layers.add(layer);
  return new Set([...layers].flatMap(layer => context.instructionOf(layer) ?? []));
}

/** The edits take away, too, what of the kind their instructions wrote and later ones wrote anew. */
export function withHidden<Args extends FindingArgs>(
  context: RuleContext,
  kind: CacheKind,
  defect: Defect<Args>,
): Defect<Args> {
  const { edits = [], freed = [] } = defect;
  const known = new Set(freed.map(({ layer, path }) => `${layer} ${path}`));
  const more = hiddenInLines(context, kind, edits).filter(
    ({ layer, path }) => !known.has(`${layer} ${path}`),
  );
  return more.length === 0 ? defect : { ...defect, freed: [...freed, ...more] };
}

/** What of the kind the instructions of these edits wrote and later ones hide. */
export function hiddenInLines(
  context: RuleContext,
  kind: CacheKind,
  edits: readonly DockerfileEdit[],
): readonly FreedFile[] {
  const lines = editedLines(edits);
  if (lines.length === 0) return [];
  return hiddenOfKind(context, kind).filter(({ layer }) => {
    const line = context.instructionOf(layer)?.startLine ?? 0;
    return lines.some(([first, last]) => line >= first && line <= last);
  });
}

function editedLines(edits: readonly DockerfileEdit[]): readonly (readonly [first: number, last: number])[] {
  return edits.flatMap(edit => {
    if (edit.kind === 'ignore') return [];
    return [[edit.line, edit.kind === 'merge-runs' ? edit.lastLine : edit.line] as const];
  });
}

/** What of the kind own layers hold that later ones hide; not what a layer hides itself. */
function hiddenOfKind(context: RuleContext, kind: CacheKind): readonly FreedFile[] {
  return hiddenByKind(context).get(kind) ?? [];
}

const hiddenByKind = memoize(
  ({ analysis, ownFrom }: RuleContext): ReadonlyMap<KnownKind | null, readonly FreedFile[]> => {
    const known = new KnownPaths();
    const files = analysis.wastedFiles
      .filter(({ writtenBy, hiddenBy }) => writtenBy >= ownFrom && writtenBy !== hiddenBy)
      .map(({ path, bytes, writtenBy }) => ({ layer: writtenBy, path, bytes }));
    return Map.groupBy(files, ({ path }) => known.kindOf(path));
  },
);
