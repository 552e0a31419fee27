import { type Finding, type FindingSeverity, type FoundFinding, reportedFinding } from './finding.ts';
import { FreedBytes } from './freed-bytes.ts';

const SEVERITIES: Readonly<Record<FindingSeverity, number>> = { error: 0, warning: 1, info: 2 };

/**
 * The findings in the order in which they are worth fixing, which is that of reports: what adds the most to those above
 * it first, then the severest; errors before all. Each tells what it adds.
 */
export function rankFindings(found: readonly FoundFinding[]): readonly Finding[] {
  const ranked = rankSavings(found.toSorted(compareFindings));
  const withSaving = new Set(ranked.map(({ finding }) => finding));
  const others = found.filter(finding => !withSaving.has(finding));
  const saving = ranked.map(({ finding, addedBytes }) => withAdded(finding, addedBytes));
  return [...saving, ...others].sort(compareFindings).map(reportedFinding);
}

function withAdded(finding: FoundFinding, addedBytes: number): FoundFinding {
  const { saving } = finding;
  // What was measured may be less than what was predicted.
  return { ...finding, saving: saving && { ...saving, addedBytes: Math.min(addedBytes, saving.bytes) } };
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    Number(b.severity === 'error') - Number(a.severity === 'error') ||
    (b.saving?.addedBytes ?? 0) - (a.saving?.addedBytes ?? 0) ||
    (b.saving?.bytes ?? 0) - (a.saving?.bytes ?? 0) ||
    SEVERITIES[a.severity] - SEVERITIES[b.severity] ||
    b.evidence.bytes - a.evidence.bytes
  );
}

/** What a fix saves by itself, and what it adds to the fixes that rank above it. Bytes. */
interface RankedSaving {
  readonly finding: FoundFinding;
  readonly bytes: number;
  readonly addedBytes: number;
}

/**
 * The fixes in the order that saves the most the soonest. Their `addedBytes` add up to the union.
 * Findings without a saving are left out.
 */
export function rankSavings(findings: readonly FoundFinding[]): readonly RankedSaving[] {
  const counted = new FreedBytes();
  const queue = findings
    .filter(({ freed }) => freed.length > 0)
    .map((finding): Candidate => {
      const bytes = counted.addedBy(finding.freed);
      return { finding, bytes, estimate: bytes };
    })
    .sort((a, b) => a.estimate - b.estimate);
  const ranked: RankedSaving[] = [];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { finding, bytes } = next;
    const addedBytes = counted.addedBy(finding.freed);
    // What a fix adds only shrinks as others are counted: one that still beats the others' old figures is the best.
    if (addedBytes < (queue.at(-1)?.estimate ?? 0)) {
      insert(queue, { ...next, estimate: addedBytes });
      continue;
    }
    counted.add(finding.freed);
    ranked.push({ finding, bytes, addedBytes });
  }
  return ranked;
}

interface Candidate {
  readonly finding: FoundFinding;
  readonly bytes: number;
  /** What it added when that was last counted: never less than what it adds now. */
  readonly estimate: number;
}

/** Keeps the queue ascending by estimate. */
function insert(queue: Candidate[], candidate: Candidate): void {
  let place = queue.length;
  while (place > 0 && (queue[place - 1]?.estimate ?? 0) > candidate.estimate) place -= 1;
  queue.splice(place, 0, candidate);
}
