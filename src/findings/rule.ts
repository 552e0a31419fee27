import type { Claim, Finding } from './finding.ts';
import type { Subject } from './subject.ts';

/** A finding with what its saving is made of. */
export interface ClaimedFinding {
  readonly finding: Finding;
  /** What the fix would free; they add up to the saving. Empty where there is none. */
  readonly claims: readonly Claim[];
}

/** Looks for one kind of defect. Pure; the order of what it finds is of no matter. */
export interface Rule {
  /** kebab-case and stable: `deleted-later`. */
  readonly id: string;
  find(subject: Subject): readonly ClaimedFinding[];
}
