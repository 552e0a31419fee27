import type { ImageAnalysis, LayerAnalysis, WastedFile } from '../../analysis/image-analysis.ts';
import type { WasteReason } from '../../analysis/waste-reason.ts';
import type { InstructionLocation } from '../../dockerfile/dockerfile-instruction.ts';
import { Kind } from '../../layer/layer-entries.ts';
import { isRewrittenState } from '../../package-managers/leftovers.ts';
import type { FreedFile } from '../../savings/layer-files.ts';
import type { RuleContext } from '../rule-context.ts';

/** Wasted files that one instruction wrote and one instruction hid. */
export interface WasteGroup {
  /** null where the build did not tell, and for layers of the base. */
  readonly writer: InstructionLocation | null;
  readonly hider: InstructionLocation | null;
  /** Whether the base image wrote them: then it is their copies in own layers that could be saved. */
  readonly isFromBase: boolean;
  readonly files: readonly WastedFile[];
  /** One for each file: in the writer's layer, or of a base's file in the hider's. */
  readonly freed: readonly FreedFile[];
  /** How many pairs of instructions it is of; 1 when absent. */
  readonly places?: number;
}

/** Which wasted files are a rule's. */
export interface WasteSelection {
  readonly reasons: readonly WasteReason[];
  /** Leaves out what another rule tells of; all when absent. */
  readonly isOfRule?: (file: WastedFile) => boolean;
  /** Whether it is about what package managers have to rewrite, and nothing else: told once, by one rule. */
  readonly ofState?: boolean;
  /**
   * Whether it is also about what own layers copied from the base, for reasons that leave the content as it was; but
   * not about what package managers have to rewrite. False when absent.
   */
  readonly withBaseCopies?: boolean;
}

/**
 * Groups what own layers wrote in vain, by the instructions that wrote and hid it. When the base is unknown all
 * layers count as own.
 */
export function wasteGroups(
  { analysis, ownFrom }: RuleContext,
  { reasons, isOfRule = () => true, ofState = false, withBaseCopies = false }: WasteSelection,
): readonly WasteGroup[] {
  const makers = analysis.layers.map((layer, index) => makerOf(layer, index));
  const groups = new Map<string, { files: WastedFile[]; freed: FreedFile[] }>();
  const copies = copiesInOneLayer(analysis);
  for (const file of analysis.wastedFiles) {
    // Counted over all reasons, so that a copy has one number whichever rule it is of.
    const copy = copies.size === 0 ? 0 : copyOf(file, copies);
    if (!reasons.includes(file.reason) || isState(file) !== ofState || !isOfRule(file)) continue;
    const isFromBase = file.writtenBy < ownFrom;
    if (isFromBase && !(withBaseCopies && file.hiddenBy >= ownFrom)) continue;
    const key = `${isFromBase ? 'base' : makers[file.writtenBy]}\0${makers[file.hiddenBy]}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = { files: [], freed: [] };
      groups.set(key, group);
    }
    group.files.push(file);
    const layer = isFromBase ? file.hiddenBy : file.writtenBy;
    const one = { layer, path: file.path, bytes: file.bytes };
    group.freed.push(copy === 0 || isFromBase ? one : { ...one, copy });
  }
  return [...groups.values()].map(group => describe(analysis, group, ownFrom));
}

/** A tar that has a path twice is nobody's package manager. */
function isState({ path, reason }: WastedFile): boolean {
  return reason !== 'duplicate-entry' && isRewrittenState(path);
}

/** Which copy of its path in its layer the file is, from 0. */
function copyOf(file: WastedFile, copies: Map<string, number>): number {
  const key = copyKey(file);
  const copy = copies.get(key);
  if (copy === undefined) return 0;
  copies.set(key, copy + 1);
  return copy;
}

/**
 * Where one layer wrote what was hidden under one path more than once, nothing counted yet. All but the last of such
 * copies were hidden by their own layer, unless a hard link of a later layer gave one file the other's path: few
 * images have any, and the others need no key of 100,000 files.
 */
function copiesInOneLayer({ wastedFiles, scans }: ImageAnalysis): Map<string, number> {
  const lastLinked = scans.findLastIndex(({ entries }) => entries.columns.kinds.includes(Kind.HARDLINK));
  const copies = new Map<string, number>();
  for (const file of wastedFiles) {
    if (file.writtenBy === file.hiddenBy || file.writtenBy < lastLinked) copies.set(copyKey(file), 0);
  }
  return copies;
}

function copyKey({ writtenBy, path }: WastedFile): string {
  return `${writtenBy}\0${path}`;
}

/** What made a layer: one name for all layers of an instruction. */
function makerOf({ instruction }: Pick<LayerAnalysis, 'instruction'>, index: number): string {
  return instruction ? `${instruction.file}:${instruction.startLine}-${instruction.endLine}` : `#${index}`;
}

function describe(
  analysis: ImageAnalysis,
  { files, freed }: { readonly files: readonly WastedFile[]; readonly freed: readonly FreedFile[] },
  ownFrom: number,
): WasteGroup {
  const first = files[0];
  const isFromBase = first !== undefined && first.writtenBy < ownFrom;
  const instructionOf = (index: number | undefined) =>
    index === undefined ? null : (analysis.layers[index]?.instruction ?? null);
  return {
    writer: isFromBase ? null : instructionOf(first?.writtenBy),
    hider: instructionOf(first?.hiddenBy),
    isFromBase,
    files,
    freed,
  };
}
