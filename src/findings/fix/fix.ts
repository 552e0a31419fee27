import { type DockerfileEdit, editKey, editsKey } from '../../dockerfile/edit/dockerfile-edit.ts';
import type { FreedFile } from '../../savings/layer-files.ts';
import { type Finding, type FoundFinding, reportedFinding } from '../finding.ts';
import { distinctFreed } from '../freed-bytes.ts';

/** Edits that are made together, and what they mend. */
export interface Fix {
  readonly edits: readonly DockerfileEdit[];
  /** Those that it mends, the largest saving first: its own, and those of fixes that are a part of it. */
  readonly findings: readonly Finding[];
  /** What it frees, no file twice. */
  readonly freed: readonly FreedFile[];
  /** Uncompressed, predicted. */
  readonly bytes: number;
}

/**
 * The fixes that save something, the largest first. Findings with the same edits share a fix; one whose edits are all
 * among those of another is mended by that one, too.
 */
export function findFixes(found: readonly FoundFinding[]): readonly Fix[] {
  const mendable = found.filter(({ edits, saving }) => edits.length > 0 && (saving?.bytes ?? 0) > 0);
  const distinct = new Map(mendable.map(({ edits }) => [editsKey(edits), edits]));
  return Array.from(distinct.values(), edits => fixOf(edits, mendable)).sort((a, b) => b.bytes - a.bytes);
}

function fixOf(edits: readonly DockerfileEdit[], all: readonly FoundFinding[]): Fix {
  const own = new Set(editKeys(edits));
  const mended = all
    .filter(finding => editKeys(finding.edits).every(key => own.has(key)))
    .toSorted((a, b) => (b.saving?.bytes ?? 0) - (a.saving?.bytes ?? 0));
  const freed = distinctFreed(mended);
  const bytes = freed.reduce((sum, file) => sum + file.bytes, 0);
  return { edits, findings: mended.map(reportedFinding), freed, bytes };
}

function editKeys(edits: readonly DockerfileEdit[]): readonly string[] {
  return edits.map(editKey);
}
