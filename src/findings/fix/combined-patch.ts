import { type DockerfileEdit, distinctEdits } from '../../dockerfile/edit/dockerfile-edit.ts';
import type { Finding } from '../finding.ts';
import { type FixableFiles, makePatch } from './patch.ts';
import { meet, type Patch } from './patch-lines.ts';

/** The fixes of several findings that change the same lines, as one change. */
export interface CombinedPatch {
  /** Their places in the list of findings, ascending: two at least. */
  readonly findings: readonly number[];
  readonly patch: Patch;
}

/** A finding with what its fix changes in a file. */
export interface PatchedFinding extends Finding {
  /** null where its edits cannot be shown as a patch; absent where there is no file to show one of. */
  readonly patch?: Patch | null;
}

export interface PatchedFindings {
  readonly findings: readonly PatchedFinding[];
  readonly combinedPatches: readonly CombinedPatch[];
}

/**
 * Shows the fixes of findings as patches of the files that they are made in.
 * @param findings in the order of their ranks
 * @param files null where the Dockerfile's text is not there
 */
export function patchFindings(findings: readonly Finding[], files: FixableFiles | null): PatchedFindings {
  if (files === null) return { findings, combinedPatches: [] };
  const patchOf: PatchOf = edits => makePatch(files, edits);
  const patched = findings.map(finding => ({ ...finding, patch: patchOf(finding.edits) }));
  return { findings: patched, combinedPatches: combinePatches(patched, patchOf) };
}

interface Fixed {
  readonly edits: readonly DockerfileEdit[];
  readonly patch: Patch | null;
}

/** What edits change together; null when they cannot be made. */
type PatchOf = (edits: readonly DockerfileEdit[]) => Patch | null;

/**
 * Which fixes meet, and what they change together. What ranks higher is in it for sure; what cannot be combined with
 * it is left out, and stays a fix of its own that one may make afterwards.
 * @param findings in the order of their ranks
 */
export function combinePatches(findings: readonly Fixed[], patchOf: PatchOf): readonly CombinedPatch[] {
  const taken = new Set<number>();
  const combined: CombinedPatch[] = [];
  for (const [index, { edits, patch }] of findings.entries()) {
    if (patch === null || taken.has(index)) continue;
    const group = joined(index, { edits, patch }, findings, taken, patchOf);
    for (const member of group.findings) taken.add(member);
    if (group.findings.length > 1) combined.push(group);
  }
  return combined;
}

/** Grown until nothing below meets it: a combined patch may reach further than its parts. */
function joined(
  first: number,
  start: Fixed & { readonly patch: Patch },
  all: readonly Fixed[],
  taken: ReadonlySet<number>,
  patchOf: PatchOf,
): CombinedPatch {
  const members = [first];
  const refused = new Set<number>();
  let { edits, patch } = start;
  for (let next = firstMeeting(); next >= 0; next = firstMeeting()) {
    const more = distinctEdits([...edits, ...(all[next]?.edits ?? [])]);
    const larger = patchOf(more);
    if (larger === null) {
      refused.add(next);
      continue;
    }
    members.push(next);
    [edits, patch] = [more, larger];
  }
  return { findings: members.toSorted((a, b) => a - b), patch };

  function firstMeeting(): number {
    return all.findIndex(
      (other, index) =>
        index > first &&
        other.patch !== null &&
        !taken.has(index) &&
        !refused.has(index) &&
        !members.includes(index) &&
        meet(other.patch, patch),
    );
  }
}
