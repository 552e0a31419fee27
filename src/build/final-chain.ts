import {
  type BuildProvenance,
  type ImageSource,
  type LlbStep,
  readImageSource,
  type StepOutput,
} from './provenance.ts';
import { type LlbOperation, operationKind } from './provenance-wire.ts';

/** A step that made layers of the final image. */
interface ChainStep {
  readonly id: string;
  /** Number of the image's layers up to and including those of this step. */
  readonly layerCount: number;
  /** Steps whose layers this one puts on top: what COPY --link merges. */
  readonly merged: readonly string[];
}

/** The steps whose layers, one upon the other, are the final image. */
export interface FinalChain {
  /** Lowest first, without the source of the base image. */
  readonly steps: readonly ChainStep[];
  /** The step that reads the base image; null when the chain begins with nothing (scratch) or with files. */
  readonly baseStep: string | null;
  readonly baseImage: ImageSource | null;
  readonly baseLayerCount: number;
  readonly layerCount: number;
}

/** Walks back from the end of the build; null when the provenance does not lead all the way. */
export function traceFinalChain(provenance: BuildProvenance): FinalChain | null {
  const walked = walkBack(provenance);
  if (!walked) return null;
  const { path, source } = walked;
  const [first] = path;
  const count = (output: StepOutput): number | undefined =>
    provenance.layerCounts.get(`${output.step}:${output.index}`);
  const firstCount = first && count(first.output);
  const baseLayerCount = source
    ? (count(source.output) ?? (firstCount === undefined ? undefined : firstCount - 1))
    : 0;
  const top = path.at(-1) ?? source;
  const layerCount = top ? count(top.output) : 0;
  if (baseLayerCount === undefined || layerCount === undefined || baseLayerCount > layerCount) return null;
  let below = baseLayerCount;
  const steps = path.map(({ step, output }): ChainStep => {
    below = Math.min(Math.max(below, count(output) ?? below + 1), layerCount);
    return { id: step.id, layerCount: below, merged: listMergedInputs(step) };
  });
  const baseImage = source ? readImageSource(source.step.operation.Op?.source?.identifier ?? '') : null;
  return { steps, baseStep: source?.step.id ?? null, baseImage, baseLayerCount, layerCount };
}

interface PathStep {
  readonly step: LlbStep;
  readonly output: StepOutput;
}

/** From the terminal step down; `path` is turned so that the lowest step comes first. */
function walkBack(
  provenance: BuildProvenance,
): { path: readonly PathStep[]; source: PathStep | null } | null {
  const terminal = [...provenance.steps.values()].findLast(
    step => operationKind(step.operation) === 'terminal',
  );
  let output = terminal?.inputs[0];
  const path: PathStep[] = [];
  while (output) {
    const step = provenance.steps.get(output.step);
    if (!step || path.length > provenance.steps.size) return null;
    if (operationKind(step.operation) === 'source') {
      const identifier = step.operation.Op?.source?.identifier ?? '';
      const isImage = /^(?:docker-image|oci-layout):/.test(identifier);
      if (isImage) return { path: path.reverse(), source: { step, output } };
      return { path: [...path, { step, output }].reverse(), source: null };
    }
    path.push({ step, output });
    const root = findRoot(step, output.index);
    if (root === null) return null;
    if (root < 0) return { path: path.reverse(), source: null };
    output = step.inputs[root];
  }
  return null;
}

function findRoot(step: LlbStep, output: number): number | null {
  if (operationKind(step.operation) !== 'file') return findRootInput(step.operation, output);
  return findRootInputOfFile(step.operation, output, step.inputs.length);
}

function listMergedInputs(step: LlbStep): readonly string[] {
  if (operationKind(step.operation) !== 'merge') return [];
  return step.inputs.slice(1).map(input => input.step);
}

/**
 * The index of the input whose filesystem an output was made from; -1 for none (scratch), null when it cannot be told.
 * In the JSON of protobuf a 0 may be left out.
 */
function findRootInput(operation: LlbOperation, output: number): number | null {
  const op = operation.Op;
  if (op?.exec) {
    const mounts = op.exec.mounts ?? [];
    const mount = mounts.find(each => (each.output ?? 0) === output && (output !== 0 || each.dest === '/'));
    return mount ? (mount.input ?? 0) : null;
  }
  if (op?.merge) return op.merge.inputs?.[0]?.input ?? 0;
  return null;
}

/**
 * The index of the input whose filesystem an output of a file operation was made from: its actions build on each
 * other. -1 for none (scratch), null when it cannot be told.
 */
function findRootInputOfFile(operation: LlbOperation, output: number, inputCount: number): number | null {
  const actions = operation.Op?.file?.actions ?? [];
  let at = actions.findIndex(action => (action.output ?? 0) === output);
  for (let guard = 0; guard <= actions.length; guard += 1) {
    const action = actions[at];
    if (!action) return null;
    const input = action.input ?? 0;
    if (input < inputCount) return input;
    at = input - inputCount;
  }
  return null;
}
