import { type DockerfileInstruction, locationOf } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import type { Finding, FindingEvidence, FindingSeverity } from '../finding.ts';
import type { ClaimedFinding } from '../rule.ts';

/** What the text of the Dockerfile or the steps of its build tell. */
export interface RecipeDefect {
  readonly rule: string;
  readonly severity: FindingSeverity;
  readonly args: Finding['args'];
  readonly at: DockerfileInstruction;
  readonly related?: DockerfileInstruction | null;
  readonly evidence?: FindingEvidence;
  readonly edits?: readonly DockerfileEdit[];
}

const NO_EVIDENCE: FindingEvidence = { layers: [], paths: [], fileCount: 0, bytes: 0 };

/** A finding that is not about bytes: it claims none, and saves none. */
export function recipeFinding(defect: RecipeDefect): ClaimedFinding {
  const { rule, severity, args, at, related, evidence, edits } = defect;
  const finding: Finding = {
    ...{ rule, severity, args },
    location: locationOf(at),
    related: related ? locationOf(related) : null,
    evidence: evidence ?? NO_EVIDENCE,
    saving: null,
    edits: edits ?? [],
  };
  return { finding, claims: [] };
}
