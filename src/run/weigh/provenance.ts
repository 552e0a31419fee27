import type { AttestationDefaults } from '../../build/attestation.ts';
import type { Report } from '../../report/report.ts';

/** Where an image and its report come from. */
export interface Provenance {
  /** The commit that is checked out. */
  readonly commit: string | null;
  /** `https://github.com/owner/name`: where Dockerfile lines are linked to. */
  readonly repositoryUrl: string | null;
  readonly runUrl: string | null;
  readonly attestation: AttestationDefaults | null;
}

/** At a terminal nothing but the commit is known, and not always that. */
export const AT_A_TERMINAL: Provenance = {
  commit: null,
  repositoryUrl: null,
  runUrl: null,
  attestation: null,
};

/** The part that the report shows. */
export function provenanceContext(provenance: Provenance): Omit<Report['context'], 'base'> {
  const { commit, repositoryUrl, runUrl } = provenance;
  return { commit, repositoryUrl, runUrl };
}
