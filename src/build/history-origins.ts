import type { Notice } from '../base/notice.ts';
import type { Dockerfile } from '../dockerfile/dockerfile.ts';
import { type DockerfileInstruction, locationOf } from '../dockerfile/dockerfile-instruction.ts';
import { type Stage, stageAncestry, targetStage } from '../dockerfile/stage.ts';
import { baseLayer } from './image-origins.ts';
import type { ImageOrigins, LayerOrigin } from './layer-origin.ts';

/** Of an image's history entry, what this needs. */
export interface HistoryLine {
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
export function originsFromHistory(
  history: readonly HistoryLine[],
  dockerfile: Dockerfile,
  target = '',
  buildArgs: ReadonlyMap<string, string> = new Map(),
): ImageOrigins {
  const layers = history.filter(entry => !entry.emptyLayer);
  const last = targetStage(dockerfile.stages, target);
  const stages = last ? stageAncestry(dockerfile.instructions, dockerfile.stages, last, buildArgs) : [];
  const makers = layerMakers(dockerfile.instructions, stages);
  const own: LayerOrigin[] = [];
  for (const maker of [...makers].reverse()) {
    const entry = layers[layers.length - own.length - 1];
    if (!entry || !fits(entry.createdBy, maker)) break;
    own.unshift({ origin: 'own', instruction: locationOf(maker), cache: 'unknown', durationMs: null });
  }
  const from = stages.at(-1)?.from;
  if (!last || own.length < makers.length) return unknownBelow(layers.length, own);
  const base = layers.length - own.length;
  const name = stages.at(-1)?.baseImage ?? '';
  return {
    layers: [...Array.from({ length: base }, () => baseLayer(from ? locationOf(from) : null)), ...own],
    baseLayerCount: base,
    baseName: name === '' || name.includes('$') ? null : name,
    baseDigest: null,
  };
}

/** The instructions that make layers, lowest first; `WORKDIR /` makes none. */
function layerMakers(
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
function unknownBelow(count: number, own: readonly LayerOrigin[]): ImageOrigins {
  const unknown: LayerOrigin = { origin: 'unknown', instruction: null, cache: 'unknown', durationMs: null };
  return {
    layers: [...Array.from({ length: Math.max(0, count - own.length) }, () => unknown), ...own],
    baseLayerCount: null,
    baseName: null,
    baseDigest: null,
  };
}
