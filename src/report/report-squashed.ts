import type { ReportSquashed } from './sentences/squashed-sentence.ts';

/** What became of the layers of an image that was squashed before it was weighed. */
export interface SquashedInput {
  /** As layers were numbered before. Lowest first. */
  readonly ranges: readonly {
    readonly first: number;
    readonly last: number;
    /** What they become. Bytes. */
    readonly merge: { readonly size: number };
  }[];
  readonly before: {
    readonly layers: readonly { readonly size: number }[];
    readonly size: number;
    readonly compressedSize: number | null;
  };
  readonly oldParts: {
    readonly inlineCache: boolean;
    readonly attestations: boolean;
    readonly annotations: boolean;
  };
}

/** @returns null where no layers were merged */
export function reportSquashed(squashed: SquashedInput | null): ReportSquashed | null {
  if (squashed === null || squashed.ranges.length === 0) return null;
  const { ranges, before, oldParts } = squashed;
  const sizeOf = (first: number, last: number): number =>
    before.layers.slice(first, last + 1).reduce((sum, { size }) => sum + size, 0);
  return {
    ranges: ranges.map(({ first, last, merge: { size } }) => ({
      first,
      last,
      size,
      saving: { bytes: sizeOf(first, last) - size },
    })),
    before: {
      layerCount: before.layers.length,
      size: before.size,
      compressedSize: before.compressedSize,
    },
    dropped: droppedParts(oldParts),
  };
}

/** By their names in reports. */
export function droppedParts({
  inlineCache,
  attestations,
  annotations,
}: SquashedInput['oldParts']): ReportSquashed['dropped'] {
  return [
    ...(inlineCache ? (['inline-cache'] as const) : []),
    ...(attestations ? (['attestations'] as const) : []),
    ...(annotations ? (['annotations'] as const) : []),
  ];
}
