import type { Notice } from '../base/notice.ts';
import type { Dockerfile } from '../dockerfile/dockerfile.ts';
import {
  type DockerfileInstruction,
  type InstructionLocation,
  locationOf,
} from '../dockerfile/dockerfile-instruction.ts';
import type { ImageOrigins, LayerOrigin } from '../dockerfile/layer-origin.ts';
import { type Stage, stageAncestry, targetStage } from '../dockerfile/stage.ts';
import type { FinalChain } from './final-chain.ts';
import type { StepLocations } from './step-location.ts';
import type { Vertex } from './vertex.ts';

/** Layer → step → lines. `vertexOf` finds what was seen of a step while it was built. */
export function traceOrigins(
  chain: FinalChain,
  locations: StepLocations,
  vertexOf: (step: string) => Vertex | undefined,
): ImageOrigins {
  const layers: LayerOrigin[] = Array.from({ length: chain.baseLayerCount }, () => baseLayer(locations.from));
  for (const step of chain.steps) {
    const vertices = [step.id, ...step.merged].map(vertexOf).filter(vertex => vertex !== undefined);
    const layer = ownLayer(locations.of(step.id), vertices);
    while (layers.length < step.layerCount) layers.push(layer);
  }
  const hasBase = chain.baseStep !== null;
  return {
    layers,
    baseLayerCount: chain.baseLayerCount,
    baseImageName: hasBase ? baseImageName(chain, locations) : baseNameWithoutImage(locations),
    baseImageDigest: chain.baseImage?.digest ?? null,
  };
}

/** As written; with a variable in it, the image that it became. */
function baseImageName(chain: FinalChain, { fromText }: StepLocations): string | null {
  const written = fromText !== null && !fromText.includes('$') ? fromText : null;
  return written ?? chain.baseImage?.name ?? null;
}

/** FROM a directory (a named context) begins with files and is not scratch. */
function baseNameWithoutImage({ fromText }: StepLocations): string | null {
  return fromText === null || fromText === 'scratch' || fromText.includes('$') ? 'scratch' : null;
}

function baseLayer(instruction: InstructionLocation | null): LayerOrigin {
  return { origin: 'base', instruction, cache: 'unknown', durationMs: null };
}

/**
 * COPY --link is a copy and a merge: the time is that of both, and the copy decides whether it was cached,
 * since merging what was cached is no work.
 */
function ownLayer(instruction: InstructionLocation | null, vertices: readonly Vertex[]): LayerOrigin {
  const outcome = vertices.at(-1)?.outcome(true);
  const durations = vertices.map(vertex => vertex.durationMs).filter(duration => duration !== null);
  return {
    origin: 'own',
    instruction,
    cache: outcome === 'cached' || outcome === 'executed' ? outcome : 'unknown',
    durationMs: durations.length > 0 ? durations.reduce((sum, each) => sum + each, 0) : null,
  };
}

/** Of an image's history entry, what this needs. */
interface HistoryLine {
  readonly createdBy: string;
  readonly emptyLayer: boolean;
}

/** The notice that goes with origins that were told from history. */
export const HISTORY_NOTICE: Notice = {
  code: 'origins-from-history',
  message:
    'The build gave no provenance, so layers were matched to Dockerfile lines by the text of the image’s history, which is lossy. Docker Buildx 0.26 or newer gives it.',
};

/** Instructions that make a layer. */
const LAYERS = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);

/**
 * Origins where there is no provenance: the k-th entry of history that is not empty made layer k, and the last entries
 * belong to the instructions of the target stage and of those it is built on, counted from the end.
 * Own layers end where an instruction no longer fits its entry.
 */
export function readHistoryOrigins(
  history: readonly HistoryLine[],
  dockerfile: Dockerfile,
  target = '',
  buildArgs: ReadonlyMap<string, string> = new Map(),
): ImageOrigins {
  const layers = history.filter(entry => !entry.emptyLayer);
  const last = targetStage(dockerfile.stages, target);
  const stages = last ? stageAncestry(dockerfile.instructions, dockerfile.stages, last, buildArgs) : [];
  const makers = listLayerMakers(dockerfile.instructions, stages);
  const own: LayerOrigin[] = [];
  for (const maker of [...makers].reverse()) {
    const entry = layers[layers.length - own.length - 1];
    if (!entry || !fits(entry.createdBy, maker)) break;
    own.unshift({ origin: 'own', instruction: locationOf(maker), cache: 'unknown', durationMs: null });
  }
  const from = stages.at(-1)?.from;
  if (!last || own.length < makers.length) return leaveUnknown(layers.length, own);
  const baseLayerCount = layers.length - own.length;
  const name = stages.at(-1)?.baseImage ?? '';
  return {
    layers: [
      ...Array.from({ length: baseLayerCount }, () => baseLayer(from ? locationOf(from) : null)),
      ...own,
    ],
    baseLayerCount,
    baseImageName: name === '' || name.includes('$') ? null : name,
    baseImageDigest: null,
  };
}

/** The instructions that make layers, lowest first; `WORKDIR /` makes none. */
function listLayerMakers(
  instructions: readonly DockerfileInstruction[],
  stages: readonly Stage[],
): readonly DockerfileInstruction[] {
  return [...stages]
    .reverse()
    .flatMap(stage =>
      instructions.filter(
        each =>
          each.stage === stage.index &&
          LAYERS.has(each.keyword) &&
          !(each.keyword === 'WORKDIR' && each.body === '/'),
      ),
    );
}

/** `RUN /bin/sh -c make # buildkit`, `COPY a b # buildkit`, `/bin/sh -c #(nop) COPY …`; RUN without a word from the classic builder. */
function fits(createdBy: string, maker: DockerfileInstruction): boolean {
  const text = createdBy.replace(/^\/bin\/sh -c #\(nop\)\s+/, '');
  const keyword = /^[A-Z]+(?=\s)/.exec(text)?.[0];
  return keyword === undefined ? maker.keyword === 'RUN' : keyword === maker.keyword;
}

/** Some instruction made no layer, or ONBUILD made one: what lies below the matched ones is not known. */
function leaveUnknown(count: number, own: readonly LayerOrigin[]): ImageOrigins {
  const unknown: LayerOrigin = { origin: 'unknown', instruction: null, cache: 'unknown', durationMs: null };
  return {
    layers: [...Array.from({ length: Math.max(0, count - own.length) }, () => unknown), ...own],
    baseLayerCount: null,
    baseImageName: null,
    baseImageDigest: null,
  };
}
