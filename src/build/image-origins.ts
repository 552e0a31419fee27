import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import type { FinalChain } from './final-chain.ts';
import type { ImageOrigins, LayerOrigin } from './layer-origin.ts';
import type { StepLocations } from './step-location.ts';
import type { Vertex } from './vertex.ts';

/** Layer → step → lines. `vertexOf` finds what was seen of a step while it was built. */
export function imageOrigins(
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
    baseName: hasBase ? baseName(chain, locations) : baseNameWithoutImage(locations),
    baseDigest: chain.baseImage?.digest ?? null,
  };
}

/** As written; with a variable in it, the image that it became. */
function baseName(chain: FinalChain, { fromText }: StepLocations): string | null {
  const written = fromText !== null && !fromText.includes('$') ? fromText : null;
  return written ?? chain.baseImage?.name ?? null;
}

/** FROM a directory (a named context) begins with files and is not scratch. */
function baseNameWithoutImage({ fromText }: StepLocations): string | null {
  return fromText === null || fromText === 'scratch' || fromText.includes('$') ? 'scratch' : null;
}

export function baseLayer(instruction: InstructionLocation | null): LayerOrigin {
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
