import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import type { Subject } from '../subject.ts';
import { CopyFlagFixes } from './copy-flag-fix.ts';
import { MergeFixes } from './merge-fix.ts';
import type { WasteGroup } from './waste-group.ts';

interface Fixes {
  readonly merges: MergeFixes;
  readonly flags: CopyFlagFixes;
}

/** Several rules ask for the same image. */
const KNOWN = new WeakMap<Subject, Fixes>();

/** What would leave no byte of the group's files; empty where nothing does it safely. */
export function wasteEdits(
  subject: Subject,
  { files: [file], isFromBase }: WasteGroup,
): readonly DockerfileEdit[] {
  if (file === undefined || isFromBase) return [];
  let fixes = KNOWN.get(subject);
  if (fixes === undefined) {
    fixes = { merges: new MergeFixes(subject), flags: new CopyFlagFixes(subject) };
    KNOWN.set(subject, fixes);
  }
  const merge = fixes.merges.editsFor(file);
  if (merge.length > 0 || file.reason !== 'metadata-only') return merge;
  return fixes.flags.editsFor(file);
}
