import { type DockerfileEdit, editKey, editsKey } from '../../dockerfile/edit/dockerfile-edit.ts';
import type { FreedFile } from '../../savings/layer-files.ts';
import { type Finding, type FoundFinding, reportedFinding } from '../finding.ts';
import { distinctFreed, FreedBytes } from '../freed-bytes.ts';

/** Edits that are made together, and what they mend. */
export interface Fix {
  readonly edits: readonly DockerfileEdit[];
  /** Those that it mends, the largest saving first: its own, and those of fixes that are a part of it. */
  readonly findings: readonly Finding[];
  /** What it frees, no file twice. */
  readonly freed: readonly FreedFile[];
  /** Uncompressed, predicted. */
  readonly bytes: number;
  /** Of these, what the fixes before it do not free: those of all add up to what all save together. */
  readonly addedBytes: number;
}

/**
 * The fixes that save something, what adds the most first. Findings with the same edits share a fix; one whose edits are
 * all among those of another is mended by that one, and so is what frees nothing that is not freed already: neither is
 * a fix of its own.
 */
export function findFixes(found: readonly FoundFinding[]): readonly Fix[] {
  const mendable = found
    .filter(({ edits, saving }) => edits.length > 0 && (saving?.bytes ?? 0) > 0)
    .map((finding): Mendable => ({ finding, keys: new Set(finding.edits.map(editKey)) }));
  const distinct = [...new Map(mendable.map(each => [editsKey(each.finding.edits), each])).values()];
  const largest = distinct.filter(({ keys }) => !distinct.some(other => isProperPart(keys, other.keys)));
  const counted = new FreedBytes();
  let waiting = largest.map(each => fixOf(each, mendable)).sort((a, b) => b.bytes - a.bytes);
  const fixes: Fix[] = [];
  while (waiting.length > 0) {
    const [next, ...others] = waiting
      .map(fix => ({ ...fix, addedBytes: counted.addedBy(fix.freed) }))
      .filter(({ addedBytes }) => addedBytes > 0)
      .sort((a, b) => b.addedBytes - a.addedBytes);
    if (next === undefined) break;
    counted.add(next.freed);
    fixes.push(next);
    waiting = others;
  }
  return fixes;
}

/** A finding that edits mend, with what tells them apart. */
interface Mendable {
  readonly finding: FoundFinding;
  readonly keys: ReadonlySet<string>;
}

function isProperPart(part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean {
  return part.size < whole.size && isPart(part, whole);
}

function isPart(part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean {
  return [...part].every(key => whole.has(key));
}

function fixOf({ finding: { edits }, keys }: Mendable, all: readonly Mendable[]): Fix {
  const mended = all
    .flatMap(each => (isPart(each.keys, keys) ? [each.finding] : []))
    .sort((a, b) => (b.saving?.bytes ?? 0) - (a.saving?.bytes ?? 0));
  const freed = distinctFreed(mended);
  const bytes = freed.reduce((sum, file) => sum + file.bytes, 0);
  return { edits, findings: mended.map(reportedFinding), freed, bytes, addedBytes: bytes };
}
