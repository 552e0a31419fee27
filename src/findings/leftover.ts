import type { VisibleFile } from '../analysis/image-analysis.ts';
import { summarizePaths } from '../compare/path-summary.ts';
import type { DockerfileInstruction, InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import { editProblem } from '../dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../dockerfile/edit/dockerfile-edit.ts';
import { type Finding, type FindingSeverity, predictedSaving } from './finding.ts';
import type { ClaimedFinding } from './rule.ts';
import type { Subject } from './subject.ts';

/** Files that the final filesystem shows and need not, as one instruction wrote them. */
export interface LeftoverGroup {
  readonly location: InstructionLocation | null;
  /** The same with what its lines say; null where the Dockerfile is not known. */
  readonly instruction: DockerfileInstruction | null;
  /** Ascending. */
  readonly layers: readonly number[];
  readonly files: readonly VisibleFile[];
  readonly bytes: number;
}

export interface LeftoverRule {
  readonly rule: string;
  /** `info` where whether it is wanted is a matter of taste; of an unknown base all is. */
  readonly severity: FindingSeverity;
  /** Less of one instruction is not worth a reader's time. Bytes. */
  readonly floor: number;
  readonly args?: (group: LeftoverGroup) => Finding['args'];
  /** Index of the layer whose instruction is to blame, where it is not the one that holds the bytes. */
  readonly blamedLayer?: (file: VisibleFile) => number;
  /** What would keep them out of the image; called for RUN, COPY and ADD instructions that ship. */
  readonly edits?: (instruction: DockerfileInstruction, group: LeftoverGroup) => readonly DockerfileEdit[];
}

/** One finding for each instruction that left enough of the files behind. Only `ownFiles` may be passed. */
export function leftoverFindings(
  subject: Subject,
  files: readonly VisibleFile[],
  rule: LeftoverRule,
): readonly ClaimedFinding[] {
  return leftoverGroups(subject, files, rule.blamedLayer)
    .filter(({ bytes }) => bytes >= rule.floor)
    .map(group => leftoverFinding(subject, group, rule));
}

/** By instruction, in the order of the layers. */
export function leftoverGroups(
  subject: Subject,
  files: readonly VisibleFile[],
  blamedLayer: (file: VisibleFile) => number = ({ layer }) => layer,
): readonly LeftoverGroup[] {
  const byMaker = Map.groupBy(files, file => {
    const layer = blamedLayer(file);
    const location = subject.locationOf(layer);
    return location ? `${location.file}:${location.startLine}` : `#${layer}`;
  });
  return Array.from(byMaker.values(), group => describe(subject, group, blamedLayer)).sort(
    (a, b) => (a.layers[0] ?? 0) - (b.layers[0] ?? 0),
  );
}

function describe(
  subject: Subject,
  files: readonly VisibleFile[],
  blamedLayer: (file: VisibleFile) => number,
): LeftoverGroup {
  const layers = [...new Set(files.map(({ layer }) => layer))].sort((a, b) => a - b);
  const first = files[0] === undefined ? 0 : blamedLayer(files[0]);
  return {
    location: subject.locationOf(first),
    instruction: subject.instructionOf(first),
    layers,
    files,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function leftoverFinding(subject: Subject, group: LeftoverGroup, rule: LeftoverRule): ClaimedFinding {
  const { location, instruction, layers, files, bytes } = group;
  const { paths } = summarizePaths(files.map(file => [file.path, file.bytes]));
  const edits = instruction === null ? [] : (rule.edits?.(instruction, group) ?? []);
  const isSafe = subject.recipe !== null && editProblem(subject.recipe.dockerfile, edits) === null;
  const finding: Finding = {
    rule: rule.rule,
    severity: subject.analysis.baseLayerCount === null ? 'info' : rule.severity,
    args: { bytes, fileCount: files.length, ...rule.args?.(group) },
    location,
    related: null,
    evidence: { layers, paths, fileCount: files.length, bytes },
    saving: predictedSaving(bytes),
    edits: isSafe ? edits : [],
  };
  return { finding, claims: files.map(file => ({ layer: file.layer, path: file.path, bytes: file.bytes })) };
}
