import type { WastedFile } from '../../analysis/image-analysis.ts';
import { editProblem } from '../../dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { aptListsFix } from '../cache/apt-lists-fix.ts';
import { APT_LISTS } from '../cache/apt-use.ts';
import type { RuleContext } from '../rule-context.ts';
import { copyFlagFixes } from './copy-flag-fix.ts';
import { mergeFixes } from './merge-fix.ts';
import type { WasteGroup } from './waste-group.ts';

/** What would leave no byte of the group's files; empty where nothing does it safely. */
export function wasteEdits(context: RuleContext, group: WasteGroup): readonly DockerfileEdit[] {
  const { files, isFromBase } = group;
  const [file] = files;
  if (file === undefined || isFromBase) return [];
  const merge = mergeFixes(context).editsFor(file);
  if (merge.length > 0) return merge;
  if (file.reason === 'metadata-only') return copyFlagFixes(context).editsFor(file);
  return files.every(({ path }) => path.startsWith(APT_LISTS_DIRECTORY)) ? listsEdits(context, file) : [];
}

const APT_LISTS_DIRECTORY = `${APT_LISTS}/`;

/** Lists that a later RUN deletes, behind something that no merge can take in, can go where they were fetched. */
function listsEdits(context: RuleContext, { writtenBy }: WastedFile): readonly DockerfileEdit[] {
  const writer = context.instructionOf(writtenBy);
  if (context.dockerfile === null || writer === null) return [];
  const { edits } = aptListsFix(context, writer);
  return editProblem(context.dockerfile.file, edits) === null ? edits : [];
}
