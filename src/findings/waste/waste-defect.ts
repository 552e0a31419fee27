import { z } from 'zod';
import type { WastedFile } from '../../analysis/image-analysis.ts';
import { sumBytes } from '../../base/sum-bytes.ts';
import { isCacheKind, type KnownKind, KnownPaths } from '../../compare/known-path.ts';
import { summarizePaths } from '../../compare/path-summary.ts';
import { editProblem } from '../../dockerfile/edit/apply-edits.ts';
import { type DockerfileEdit, editKey } from '../../dockerfile/edit/dockerfile-edit.ts';
import type { FreedFile } from '../../savings/layer-files.ts';
import { hiddenInLines } from '../cache/cache-edits.ts';
import type { FindingArgs, FindingEvidence } from '../finding.ts';
import type { Defect } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { cleanupFixes } from './cleanup-fix.ts';
import { copyFlagFixes } from './copy-flag-fix.ts';
import { mergeFixes } from './merge-fix.ts';
import { isStateWorthTelling } from './merge-worth.ts';
import { mountFixes } from './mount-fix.ts';
import { findPartedLink } from './parted-links.ts';
import { type WasteGroup, type WasteSelection, wasteGroups } from './waste-group.ts';
import { isSmall, isWorthTelling } from './worth-telling.ts';

/** What the words of every finding about wasted bytes are made of. */
export type WasteArgs = z.infer<ReturnType<typeof wasteArgs>>;

export function wasteArgs() {
  return z.object({
    bytes: z.int().min(0).describe('Wasted bytes'),
    fileCount: z.int().min(0).describe('Files that hold them'),
    what: z
      .string()
      .nullable()
      .describe(
        'What at least half of the bytes are, by their paths: `apt-lists`; `package-state` where package managers write them at every call; null where no kind is',
      ),
    whatBytes: z.int().min(0).describe('Bytes of that kind; 0 where it is null'),
    writtenBy: z.int().min(0).describe('Index of the lowest layer that wrote them'),
    hiddenBy: z.int().min(0).describe('Index of the highest layer that hid them'),
    places: z
      .int()
      .min(1)
      .default(1)
      .describe('Pairs of instructions that are told of together: more than 1 where each is small'),
    linkedPath: z
      .string()
      .nullable()
      .default(null)
      .describe(
        'A file with other names (hard links) that the later RUN changes apart from these, where that forbids an edit; null where none does',
      ),
  });
}

interface WasteWithArgs<More extends FindingArgs> extends WasteSelection {
  /** Arguments of the rule's own. */
  readonly args: (group: WasteGroup) => More;
}

/**
 * One finding for each pair of instructions of which one wrote and the other hid enough; those that hid little and that
 * nothing mends are one together, where they are enough together.
 */
export function wasteDefects<More extends FindingArgs>(
  context: RuleContext,
  waste: WasteWithArgs<More>,
): readonly Defect<WasteArgs & More>[];
export function wasteDefects(context: RuleContext, waste: WasteSelection): readonly Defect<WasteArgs>[];
export function wasteDefects(
  context: RuleContext,
  waste: WasteSelection & Partial<WasteWithArgs<FindingArgs>>,
): readonly Defect<WasteArgs & FindingArgs>[] {
  const { analysis } = context;
  const fixed = wasteGroups(context, waste).map(group => ({ group, fix: wasteFix(context, group) }));
  const small = fixed.filter(({ group: { files, isFromBase }, fix }) => {
    return !waste.ofState && !isFromBase && fix.edits.length === 0 && isSmall(sumBytes(files), analysis);
  });
  const isSummed = small.length > 1;
  const single = isSummed ? fixed.filter(each => !small.includes(each)) : fixed;
  const sum = isSummed ? [{ group: together(small.map(({ group }) => group)), fix: NO_FIX }] : [];
  return [...single, ...sum].flatMap(({ group, fix: { edits, freed } }) => {
    const evidence = evidenceOf(group);
    const isTold = waste.ofState
      ? isStateTold(context, group, edits.length > 0)
      : isWorthTelling(evidence.bytes, analysis, edits.length > 0);
    if (!isTold) return [];
    const { isFromBase, writer, hider, places = 1 } = group;
    const isInfo =
      !context.isBaseKnown ||
      places > 1 ||
      (waste.ofState && edits.length === 0) ||
      isSmall(evidence.bytes, analysis);
    return [
      {
        args: {
          ...argsOf(group, evidence),
          places,
          linkedPath: edits.length > 0 ? null : linkedPath(context, group),
          ...waste.args?.(group),
        },
        severity: isInfo ? 'info' : undefined,
        // Copies of the base's files were written, as own bytes, where the base's were hidden.
        location: isFromBase ? hider : writer,
        related: hider,
        evidence,
        freed: freed ?? group.freed,
        edits,
      },
    ];
  });
}

/** Of what package managers have to rewrite: two RUNs of one row that are better left apart are left alone. */
function isStateTold(context: RuleContext, { files }: WasteGroup, isMerged: boolean): boolean {
  const [file] = files;
  if (file === undefined || (!isMerged && mergeFixes(context).areInOneRow(file))) return false;
  return isStateWorthTelling(sumBytes(files), context.analysis.size, isMerged);
}

/** Several groups as one: its place is that of the largest. */
function together(groups: readonly WasteGroup[]): WasteGroup & { readonly places: number } {
  const sorted = groups.toSorted((a, b) => sumBytes(b.files) - sumBytes(a.files));
  return {
    writer: sorted[0]?.writer ?? null,
    hider: null,
    isFromBase: false,
    files: sorted.flatMap(({ files }) => files),
    freed: sorted.flatMap(({ freed }) => freed),
    places: sorted.length,
  };
}

function evidenceOf({ files, isFromBase }: WasteGroup): FindingEvidence {
  const bytes = sumBytes(files);
  const layers = files.flatMap(({ writtenBy, hiddenBy }) =>
    isFromBase ? [hiddenBy] : [writtenBy, hiddenBy],
  );
  const { paths } = summarizePaths(files.map(file => [file.path, file.bytes]));
  return { layers: [...new Set(layers)].sort((a, b) => a - b), paths, fileCount: files.length, bytes };
}

function argsOf(
  { files }: WasteGroup,
  { bytes, fileCount }: FindingEvidence,
): Omit<WasteArgs, 'places' | 'linkedPath'> {
  const known = new KnownPaths();
  const kinds = new Map<KnownKind, number>();
  let [writtenBy, hiddenBy] = [Number.POSITIVE_INFINITY, 0];
  for (const file of files) {
    const kind = known.kindOf(file.path);
    if (kind !== null) kinds.set(kind, (kinds.get(kind) ?? 0) + file.bytes);
    writtenBy = Math.min(writtenBy, file.writtenBy);
    hiddenBy = Math.max(hiddenBy, file.hiddenBy);
  }
  const [what, whatBytes] = [...kinds].reduce<readonly [KnownKind | null, number]>(
    (best, kind) => (kind[1] > best[1] ? kind : best),
    [null, 0],
  );
  const isMost = whatBytes * 2 >= bytes;
  return {
    bytes,
    fileCount,
    what: isMost ? what : null,
    whatBytes: isMost ? whatBytes : 0,
    writtenBy,
    hiddenBy,
  };
}

/** What keeps RUNs of one row apart, or a change from being made where the file is written. */
function linkedPath(
  context: RuleContext,
  { files: [file], isFromBase, places = 1 }: WasteGroup,
): string | null {
  if (file === undefined || isFromBase || places > 1) return null;
  const isEditable = mergeFixes(context).areInOneRow(file) || file.reason === 'metadata-only';
  const link = isEditable ? findPartedLink(context, file.writtenBy, file.hiddenBy) : null;
  return link === null ? null : `/${link.path}`;
}

interface WasteFix {
  readonly edits: readonly DockerfileEdit[];
  /** What the edits free; absent where that is all of the group. */
  readonly freed?: readonly FreedFile[];
}

const NO_FIX: WasteFix = { edits: [] };

/** What would leave no byte of the group's files, or hardly one; no edits where nothing does it safely. */
function wasteFix(context: RuleContext, { files, freed, isFromBase }: WasteGroup): WasteFix {
  const [file] = files;
  if (file === undefined || isFromBase) return NO_FIX;
  const merge = mergeFixes(context).editsFor(file);
  if (merge.length > 0) return { edits: merge };
  const mount = mountFixes(context).editsFor(file);
  if (mount.length > 0) return { edits: mount };
  const cleanup = cleanupOf(context, files, freed);
  if (cleanup !== null) return cleanup;
  if (file.reason !== 'metadata-only') return NO_FIX;
  const { edits, stays } = copyFlagFixes(context).fixFor(file);
  const spared = freed.filter(({ path }) => !stays(path));
  return spared.length === 0 ? NO_FIX : { edits, freed: spared };
}

/** Less than all is worth it: a cache has files that its own clean-up leaves. */
const MOST = 0.9;

function cleanupOf(
  context: RuleContext,
  files: readonly WastedFile[],
  freed: readonly FreedFile[],
): WasteFix | null {
  const { dockerfile } = context;
  if (dockerfile === null) return null;
  const cleanups = cleanupFixes(context);
  const cleaned = freed.filter((_, index) => {
    const file = files[index];
    return file !== undefined && cleanups.editsFor(file).length > 0;
  });
  if (cleaned.length === 0 || sumBytes(cleaned) < sumBytes(files) * MOST) return null;
  const byKey = new Map(
    files.flatMap(file => cleanups.editsFor(file).map(edit => [editKey(edit), edit] as const)),
  );
  const edits = [...byKey.values()];
  if (editProblem(dockerfile.file, edits) !== null) return null;
  return { edits, freed: [...cleaned, ...alsoCleaned(context, edits, cleaned)] };
}

/** What the same clean-ups take away of the same caches, wherever they are made: told of elsewhere, or too little. */
function alsoCleaned(
  context: RuleContext,
  edits: readonly DockerfileEdit[],
  cleaned: readonly FreedFile[],
): readonly FreedFile[] {
  const known = new KnownPaths();
  const kinds = new Set(cleaned.map(({ path }) => known.kindOf(path)));
  const counted = new Set(cleaned.map(({ layer, path }) => `${layer} ${path}`));
  return [...kinds].flatMap(kind => {
    if (!isCacheKind(kind)) return [];
    return hiddenInLines(context, kind, edits).filter(({ layer, path }) => !counted.has(`${layer} ${path}`));
  });
}
