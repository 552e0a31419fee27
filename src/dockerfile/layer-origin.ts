import type { InstructionLocation } from './dockerfile-instruction.ts';

/** Where a layer comes from, as the build tells it. */
export interface LayerOrigin {
  readonly origin: 'base' | 'own' | 'unknown';
  readonly instruction: InstructionLocation | null;
  readonly cache: 'cached' | 'executed' | 'unknown';
  /** Milliseconds; null where the build does not tell. */
  readonly durationMs: number | null;
}

/** The origins of all layers of one platform's image, lowest first. */
export interface ImageOrigins {
  readonly layers: readonly LayerOrigin[];
  /** Leading layers that come from the image named by FROM; null when nothing tells. */
  readonly baseLayerCount: number | null;
  /** The image named by FROM as written (`debian:bookworm`), `scratch`, or null when nothing tells. */
  readonly baseImageName: string | null;
  /** The digest that the build resolved it to; null for scratch, a local image or when nothing tells. */
  readonly baseImageDigest: string | null;
}
