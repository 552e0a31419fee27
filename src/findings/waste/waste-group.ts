import type { ImageAnalysis, LayerAnalysis, WastedFile, WasteReason } from '../../analysis/image-analysis.ts';
import type { InstructionLocation } from '../../dockerfile/dockerfile-instruction.ts';
import { isPackageState } from '../../package-managers/leftovers.ts';
import type { Claim } from '../finding.ts';

/** Wasted files that one instruction wrote and one instruction hid. */
export interface WasteGroup {
  /** null where the build did not tell, and for layers of the base. */
  readonly writer: InstructionLocation | null;
  readonly hider: InstructionLocation | null;
  /** Whether the base image wrote them: then it is their copies in own layers that could be saved. */
  readonly isFromBase: boolean;
  readonly files: readonly WastedFile[];
  /** One for each file: in the writer's layer, or of a base's file in the hider's. */
  readonly claims: readonly Claim[];
}

/**
 * Groups what own layers wrote in vain, by the instructions that wrote and hid it. When the base is unknown all
 * layers count as own.
 * @param baseCopies also what own layers copied from the base, for reasons that leave the content as it was; but not
 * what package managers have to rewrite
 * @param isOfRule leaves out what another rule tells of
 */
export function wasteGroups(
  analysis: ImageAnalysis,
  reasons: ReadonlySet<WasteReason>,
  baseCopies = false,
  isOfRule: (file: WastedFile) => boolean = () => true,
): readonly WasteGroup[] {
  const ownFrom = analysis.baseLayerCount ?? 0;
  const makers = analysis.layers.map((layer, index) => makerOf(layer, index));
  const groups = new Map<string, { files: WastedFile[]; claims: Claim[] }>();
  const copies = copiesInOneLayer(analysis);
  for (const file of analysis.wastedFiles) {
    // Counted over all reasons, so that a copy has one number whichever rule claims it.
    const copy = copies.size === 0 ? 0 : copyOf(file, copies);
    if (!reasons.has(file.reason) || !isOfRule(file)) continue;
    const isFromBase = file.writtenBy < ownFrom;
    if (isFromBase && !(baseCopies && file.hiddenBy >= ownFrom && !isPackageState(file.path))) continue;
    const key = `${isFromBase ? 'base' : makers[file.writtenBy]}\0${makers[file.hiddenBy]}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = { files: [], claims: [] };
      groups.set(key, group);
    }
    group.files.push(file);
    const layer = isFromBase ? file.hiddenBy : file.writtenBy;
    const claim = { layer, path: file.path, bytes: file.bytes };
    group.claims.push(copy === 0 || isFromBase ? claim : { ...claim, copy });
  }
  return [...groups.values()].map(group => describe(analysis, group, ownFrom));
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
  const lastLinked = scans.findLastIndex(({ entries }) => entries.some(({ kind }) => kind === 'hardlink'));
  const copies = new Map<string, number>();
  for (const file of wastedFiles) {
    if (file.writtenBy === file.hiddenBy || file.writtenBy < lastLinked) copies.set(copyKey(file), 0);
  }
  return copies;
}

function copyKey({ writtenBy, path }: WastedFile): string {
  return `${writtenBy}\0${path}`;
}

/** The same for all layers of one instruction. */
function makerOf({ instruction }: Pick<LayerAnalysis, 'instruction'>, index: number): string {
  return instruction ? `${instruction.file}:${instruction.startLine}-${instruction.endLine}` : `#${index}`;
}

function describe(
  analysis: ImageAnalysis,
  { files, claims }: { readonly files: readonly WastedFile[]; readonly claims: readonly Claim[] },
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
    claims,
  };
}
