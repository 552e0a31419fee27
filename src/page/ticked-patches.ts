import { isSeenInDiff } from '../base/untrusted-text.ts';
import { meet, type Patch } from '../findings/fix/patch-lines.ts';

/** A patch, with the findings that it mends, as indexes into those of the report. */
export interface TickedPatch {
  readonly patch: Patch;
  readonly findings: readonly number[];
}

/** What of a report tells which patches there are. */
interface Patchable {
  readonly findings: readonly { readonly patch: Patch | null }[];
  readonly combinedPatches: readonly TickedPatch[];
}

/** What the fixes that are ticked change, as far as the report has it. */
export interface TickedPatches {
  /** None meets another; in the order of their lines, file by file. */
  readonly patches: readonly TickedPatch[];
  /** Findings whose patches change the same lines, and that the report does not have together. Each group is one such place. */
  readonly clashes: readonly (readonly number[])[];
  /** Findings without a patch. */
  readonly unpatched: readonly number[];
  /** Findings whose patch has characters that nobody sees: it is not shown to be copied. */
  readonly hiding: readonly number[];
}

/** @param ticked indexes into the report's findings */
export function tickedPatches(
  { findings, combinedPatches }: Patchable,
  ticked: ReadonlySet<number>,
): TickedPatches {
  const left = new Set([...ticked].filter(index => index < findings.length).sort((a, b) => a - b));
  const parts: TickedPatch[] = [];
  for (const { findings: all, patch } of combinedPatches) {
    if (!all.every(index => left.has(index))) continue;
    parts.push({ patch, findings: all });
    for (const index of all) left.delete(index);
  }
  const unpatched: number[] = [];
  for (const index of left) {
    const patch = findings[index]?.patch;
    if (!patch) unpatched.push(index);
    else addPart(parts, patch, index);
  }
  const hiding = parts.filter(({ patch }) => !isSeen(patch));
  const [alone, clashes] = partClashes(parts.filter(part => !hiding.includes(part)));
  return {
    patches: alone.toSorted((a, b) => byPlace(a.patch, b.patch)),
    clashes,
    unpatched,
    hiding: hiding.flatMap(part => part.findings),
  };
}

/** One fix may mend several findings. */
function addPart(parts: TickedPatch[], patch: Patch, index: number): void {
  const same = parts.findIndex(part => isSame(part.patch, patch));
  const known = parts[same];
  if (known === undefined) parts.push({ patch, findings: [index] });
  else parts[same] = { patch, findings: [...known.findings, index] };
}

function isSame(a: Patch, b: Patch): boolean {
  return (
    a.file === b.file &&
    a.startLine === b.startLine &&
    a.before.join('\n') === b.before.join('\n') &&
    a.after.join('\n') === b.after.join('\n')
  );
}

function isSeen({ file, before, after }: Patch): boolean {
  return [file, ...before, ...after].every(line => isSeenInDiff(line.replace(/\r$/, '')));
}

/** Parts the patches that meet no other from groups that do, directly or by another. */
function partClashes(
  parts: readonly TickedPatch[],
): readonly [alone: readonly TickedPatch[], clashes: readonly (readonly number[])[]] {
  const groups: TickedPatch[][] = [];
  for (const part of parts) {
    const met = groups.filter(group => group.some(({ patch }) => meet(patch, part.patch)));
    for (const group of met) groups.splice(groups.indexOf(group), 1);
    groups.push([...met.flat(), part]);
  }
  const clashes = groups.filter(group => group.length > 1);
  return [
    groups.filter(group => group.length === 1).flat(),
    clashes.map(group => group.flatMap(({ findings }) => findings).sort((a, b) => a - b)),
  ];
}

function byPlace(a: Patch, b: Patch): number {
  return Number(a.file > b.file) - Number(a.file < b.file) || a.startLine - b.startLine;
}
