import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../dockerfile/edit/dockerfile-edit.ts';
import type { FreedFile } from '../savings/layer-files.ts';

export type FindingSeverity = 'error' | 'warning' | 'info';

/** What a rule's words are made of; JSON scalars. Each rule has a type of its own. */
export type FindingArgs = Readonly<Record<string, string | number | boolean | null>>;

/**
 * A defect in the user's image or Dockerfile: a value. Its words are made of it by its rule.
 * Without type arguments it is what a report has: of any rule, also of one that this version does not know.
 */
export interface Finding<Id extends string = string, Args extends FindingArgs = FindingArgs> {
  /** kebab-case rule id: `deleted-later`. */
  readonly rule: Id;
  readonly severity: FindingSeverity;
  readonly args: Args;
  /** Where to look in the Dockerfile: where the bytes were written. */
  readonly location: InstructionLocation | null;
  /** A second place: where they were hidden. */
  readonly related: InstructionLocation | null;
  readonly evidence: FindingEvidence;
  /** What the fix frees; null where it frees nothing, or nobody knows what. */
  readonly saving: Saving | null;
  /** The fix, where it can be made safely; all of them together. Empty where it cannot. */
  readonly edits: readonly DockerfileEdit[];
}

/** A finding as a rule found it, with what its saving is made of: reports leave that out. */
export interface FoundFinding<Id extends string = string, Args extends FindingArgs = FindingArgs>
  extends Finding<Id, Args> {
  /** What the fix would free; they add up to the saving. Empty where there is none. */
  readonly freed: readonly FreedFile[];
}

/** The finding as reports have it: without the files that its fix frees. */
export function reportedFinding({ freed: _freed, ...finding }: FoundFinding): Finding {
  return finding;
}

export interface Saving {
  /** Uncompressed. */
  readonly bytes: number;
  /** Of `bytes`, what is not saved by the findings that rank above it. */
  readonly addedBytes: number;
  /** What the layers' blobs would be smaller by, told by compressing what would remain; null where it was not tried. */
  readonly compressedBytes: number | null;
  /** `proven`: the fixed Dockerfile was built, and this is the difference. */
  readonly basis: 'predicted' | 'proven';
}

export function predictSaving(bytes: number): Saving {
  return { bytes, addedBytes: bytes, compressedBytes: null, basis: 'predicted' };
}

export interface FindingEvidence {
  /** Indexes of the layers. */
  readonly layers: readonly number[];
  /** The largest directories or files, largest first, at most ten; `path` of a directory ends in a slash. */
  readonly paths: readonly { readonly path: string; readonly bytes: number }[];
  readonly fileCount: number;
  readonly bytes: number;
}

/** The evidence of a finding that is not about bytes. */
export const NO_EVIDENCE: FindingEvidence = { layers: [], paths: [], fileCount: 0, bytes: 0 };
