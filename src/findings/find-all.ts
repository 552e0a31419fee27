import type { Finding, FindingSeverity } from './finding.ts';
import type { ClaimedFinding } from './rule.ts';
import { RULES } from './rules.ts';
import { rankSavings } from './savings.ts';
import type { Subject } from './subject.ts';

const SEVERITIES: Readonly<Record<FindingSeverity, number>> = { error: 0, warning: 1, info: 2 };

/** What all rules find: severest first, then the largest saving, then the most bytes. */
export function findAll(subject: Subject): readonly Finding[] {
  return claimedFindings(subject).map(({ finding }) => finding);
}

/** The same with the claims of their savings, which `unionOfSavings` and `rankSavings` add up. */
export function claimedFindings(subject: Subject): readonly ClaimedFinding[] {
  const found = RULES.flatMap(rule => rule.find(subject));
  return found.sort(
    ({ finding: a }, { finding: b }) =>
      SEVERITIES[a.severity] - SEVERITIES[b.severity] ||
      (b.saving?.bytes ?? 0) - (a.saving?.bytes ?? 0) ||
      b.evidence.bytes - a.evidence.bytes,
  );
}

/**
 * In the order in which they are worth fixing: first those with a saving, by what each adds to those above it, then
 * the others by severity.
 */
export function rankedFindings(found: readonly ClaimedFinding[]): readonly Finding[] {
  const ranked = rankSavings(found);
  const added = new Map(ranked.map(({ finding, addedBytes }) => [finding, addedBytes]));
  const saving = ranked.map(({ finding }) => withAdded(finding, added.get(finding) ?? 0));
  return [...saving, ...found.map(({ finding }) => finding).filter(finding => !added.has(finding))];
}

function withAdded(finding: Finding, addedBytes: number): Finding {
  const { saving } = finding;
  // What was measured may be less than what was predicted.
  return { ...finding, saving: saving && { ...saving, addedBytes: Math.min(addedBytes, saving.bytes) } };
}
