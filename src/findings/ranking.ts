import type { Claim, Finding, FindingSeverity } from './finding.ts';
import type { ClaimedFinding } from './rule.ts';

const SEVERITIES: Readonly<Record<FindingSeverity, number>> = { error: 0, warning: 1, info: 2 };

/**
 * The findings in the order in which they are worth fixing, which is that of reports: what adds the most to those above
 * it first, then the severest. Each tells what it adds.
 */
export function rankFindings(found: readonly ClaimedFinding[]): readonly Finding[] {
  const ranked = rankSavings(found.toSorted((a, b) => compareFindings(a.finding, b.finding)));
  const saving = new Set(ranked.map(({ finding }) => finding));
  const others = found.map(({ finding }) => finding).filter(finding => !saving.has(finding));
  const told = ranked.map(({ finding, addedBytes }) => withAdded(finding, addedBytes));
  return [...told, ...others].sort(compareFindings);
}

function withAdded(finding: Finding, addedBytes: number): Finding {
  const { saving } = finding;
  // What was measured may be less than what was predicted.
  return { ...finding, saving: saving && { ...saving, addedBytes: Math.min(addedBytes, saving.bytes) } };
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    (b.saving?.addedBytes ?? 0) - (a.saving?.addedBytes ?? 0) ||
    (b.saving?.bytes ?? 0) - (a.saving?.bytes ?? 0) ||
    SEVERITIES[a.severity] - SEVERITIES[b.severity] ||
    b.evidence.bytes - a.evidence.bytes
  );
}

/** What a fix saves by itself, and what it adds to the fixes that rank above it. Bytes. */
interface RankedSaving {
  readonly finding: Finding;
  readonly bytes: number;
  readonly addedBytes: number;
}

/** What all fixes together would save: no byte is counted twice. Bytes. */
export function unionOfSavings(findings: readonly Pick<ClaimedFinding, 'claims'>[]): number {
  const taken: Taken = new Map();
  return findings.reduce((sum, { claims }) => sum + take(claims, taken), 0);
}

/**
 * The fixes in the order that saves the most the soonest. Their `addedBytes` add up to the union.
 * Findings without a saving are left out.
 */
export function rankSavings(findings: readonly ClaimedFinding[]): readonly RankedSaving[] {
  const taken: Taken = new Map();
  const queue = findings
    .filter(({ claims }) => claims.length > 0)
    .map(({ finding, claims }): Candidate => {
      const bytes = added(claims, new Map());
      return { finding, claims, bytes, estimate: bytes };
    })
    .sort((a, b) => a.estimate - b.estimate);
  const ranked: RankedSaving[] = [];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const addedBytes = added(next.claims, taken);
    // What a fix adds only shrinks as others are taken: one that still beats the others' old figures is the best.
    if (addedBytes < (queue.at(-1)?.estimate ?? 0)) {
      insert(queue, { ...next, estimate: addedBytes });
      continue;
    }
    take(next.claims, taken);
    ranked.push({ finding: next.finding, bytes: next.bytes, addedBytes });
  }
  return ranked;
}

interface Candidate extends ClaimedFinding {
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

/**
 * Bytes that are taken of names, by layer: one string for each layer and path would cost more than all the rest.
 * Of two claims on one file the larger holds the smaller: which part of it each means is not told.
 */
type Taken = Map<number, Map<string, number>>;

function nameOf({ path, copy }: Claim): string {
  return copy ? `${copy}\0${path}` : path;
}

/** What the claims would take beyond what is taken. */
function added(claims: readonly Claim[], taken: Taken): number {
  const own: Taken = new Map();
  return claims.reduce((sum, claim) => {
    const before = taken.get(claim.layer)?.get(nameOf(claim)) ?? 0;
    return sum + mark(claim, own, before);
  }, 0);
}

/** Marks the claims as taken. @returns the bytes of those that were not */
function take(claims: readonly Claim[], taken: Taken): number {
  return claims.reduce((sum, claim) => sum + mark(claim, taken, 0), 0);
}

/**
 * @param before bytes of the name that are taken elsewhere
 * @returns bytes that were not marked yet
 */
function mark(claim: Claim, taken: Taken, before: number): number {
  let names = taken.get(claim.layer);
  if (names === undefined) {
    names = new Map();
    taken.set(claim.layer, names);
  }
  const name = nameOf(claim);
  const marked = Math.max(names.get(name) ?? 0, before);
  if (claim.bytes <= marked) return 0;
  names.set(name, claim.bytes);
  return claim.bytes - marked;
}
