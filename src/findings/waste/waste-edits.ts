import type { WastedFile } from '../../analysis/image-analysis.ts';
import { editProblem } from '../../dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { aptListsFix } from '../cache/apt-lists-fix.ts';
import { APT_LISTS } from '../cache/apt-use.ts';
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
export function wasteEdits(subject: Subject, group: WasteGroup): readonly DockerfileEdit[] {
  const { files, isFromBase } = group;
  const [file] = files;
  if (file === undefined || isFromBase) return [];
  let fixes = KNOWN.get(subject);
  if (fixes === undefined) {
    fixes = { merges: new MergeFixes(subject), flags: new CopyFlagFixes(subject) };
    KNOWN.set(subject, fixes);
  }
  const merge = fixes.merges.editsFor(file);
  if (merge.length > 0) return merge;
  if (file.reason === 'metadata-only') return fixes.flags.editsFor(file);
  return files.every(({ path }) => path.startsWith(APT_LISTS_DIRECTORY)) ? listsEdits(subject, file) : [];
}

const APT_LISTS_DIRECTORY = `${APT_LISTS}/`;

/** Lists that a later RUN deletes, behind something that no merge can take in, can go where they were fetched. */
function listsEdits(subject: Subject, { writtenBy }: WastedFile): readonly DockerfileEdit[] {
  const writer = subject.instructionOf(writtenBy);
  if (subject.recipe === null || writer === null) return [];
  const { edits } = aptListsFix(subject, writer);
  return editProblem(subject.recipe.dockerfile, edits) === null ? edits : [];
}
