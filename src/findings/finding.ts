import type { InstructionLocation } from '../dockerfile/instruction.ts';

export type FindingSeverity = 'error' | 'warning' | 'info';

/** Bytes of a path in a layer that a fix would free. A set of them makes a saving: unions never count a byte twice. */
export interface Claim {
  readonly layer: number;
  readonly path: string;
  readonly bytes: number;
  /** Tells copies of one path in one layer apart, where it has several: 0, or absent, is the largest. */
  readonly copy?: number;
}

/** A defect in the user's image or Dockerfile: a value. The sentence is made by renderers from `rule` and `args`. */
export interface Finding {
  /** kebab-case rule id: `deleted-later`. */
  readonly rule: string;
  readonly severity: FindingSeverity;
  /** What the sentence needs; JSON scalars. */
  readonly args: Readonly<Record<string, string | number | boolean | null>>;
  /** Where to look in the Dockerfile: where the bytes were written. */
  readonly location: InstructionLocation | null;
  /** A second place: where they were hidden. */
  readonly related: InstructionLocation | null;
  readonly evidence: FindingEvidence;
  /** Uncompressed bytes that the fix frees. */
  readonly saving: { readonly bytes: number; readonly basis: 'predicted' | 'proven' } | null;
}

export interface FindingEvidence {
  /** Indexes of the layers. */
  readonly layers: readonly number[];
  /** The largest directories or files, largest first, at most ten; `path` of a directory ends in a slash. */
  readonly paths: readonly { readonly path: string; readonly bytes: number }[];
  readonly fileCount: number;
  readonly bytes: number;
}
