import { type DockerfileEdit, editKey } from '../../dockerfile/edit/dockerfile-edit.ts';
import type { Claim, Finding } from '../finding.ts';
import type { ClaimedFinding } from '../rule.ts';

/** Edits that are made together, and what they mend. */
export interface Fix {
  readonly edits: readonly DockerfileEdit[];
  /** Those that it mends, the largest saving first: its own, and those of fixes that are a part of it. */
  readonly findings: readonly Finding[];
  /** What it frees: no byte is claimed twice. */
  readonly claims: readonly Claim[];
  /** Uncompressed, predicted. */
  readonly bytes: number;
}

/**
 * The fixes that save something, the largest first. Findings with the same edits share a fix; one whose edits are all
 * among those of another is mended by that one, too.
 */
export function fixesOf(found: readonly ClaimedFinding[]): readonly Fix[] {
  const mendable = found.filter(
    ({ finding: { edits, saving } }) => edits.length > 0 && (saving?.bytes ?? 0) > 0,
  );
  const distinct = new Map(mendable.map(({ finding: { edits } }) => [keyOf(edits), edits]));
  return Array.from(distinct.values(), edits => fixOf(edits, mendable)).sort((a, b) => b.bytes - a.bytes);
}

function fixOf(edits: readonly DockerfileEdit[], all: readonly ClaimedFinding[]): Fix {
  const own = new Set(editKeys(edits));
  const mended = all
    .filter(({ finding }) => editKeys(finding.edits).every(key => own.has(key)))
    .toSorted((a, b) => (b.finding.saving?.bytes ?? 0) - (a.finding.saving?.bytes ?? 0));
  const claims = distinctClaims(mended);
  return {
    edits,
    findings: mended.map(({ finding }) => finding),
    claims,
    bytes: claims.reduce((sum, claim) => sum + claim.bytes, 0),
  };
}

/** Of claims on the same bytes, the largest. */
export function distinctClaims(found: readonly Pick<ClaimedFinding, 'claims'>[]): readonly Claim[] {
  const distinct = new Map<string, Claim>();
  for (const { claims } of found) {
    for (const claim of claims) {
      const key = `${claim.layer} ${claim.copy ?? 0} ${claim.path}`;
      const known = distinct.get(key);
      if (known === undefined || known.bytes < claim.bytes) distinct.set(key, claim);
    }
  }
  return [...distinct.values()];
}

/** The same for the same edits, in whatever order. */
export function keyOf(edits: readonly DockerfileEdit[]): string {
  return editKeys(edits).toSorted().join('\n');
}

function editKeys(edits: readonly DockerfileEdit[]): readonly string[] {
  return edits.map(editKey);
}
