import type { WastedFile, WasteReason } from '../../analysis/image-analysis.ts';
import type { Rule } from '../rule.ts';
import { movedFiles } from '../waste/moved-files.ts';
import { purgedFiles } from '../waste/purge.ts';
import type { WasteArgs } from '../waste/waste-finding.ts';
import { wasteFinding } from '../waste/waste-finding.ts';
import type { WasteGroup } from '../waste/waste-group.ts';
import { wasteGroups } from '../waste/waste-group.ts';

export type DeletedLaterArgs = WasteArgs & {
  /** What hid most of the bytes: a deletion, the directory made anew, or something else in their place. */
  readonly how: 'deleted' | 'remade' | 'replaced';
};

const HOW: Readonly<Partial<Record<WasteReason, DeletedLaterArgs['how']>>> = {
  deleted: 'deleted',
  'opaque-directory': 'remade',
  'replaced-by-directory': 'replaced',
  'replaced-by-other': 'replaced',
};

const REASONS: ReadonlySet<WasteReason> = new Set<WasteReason>([
  'deleted',
  'opaque-directory',
  'replaced-by-directory',
  'replaced-by-other',
]);

/** Files that one instruction writes and a later one takes away: both in one would leave no byte. */
export const deletedLater: Rule = {
  id: 'deleted-later',
  find: subject => {
    const isPurged = purgedFiles(subject);
    const moved = movedFiles(subject);
    const isOfRule = (file: WastedFile): boolean => !moved.has(file) && !isPurged(file);
    return wasteGroups(subject.analysis, REASONS, false, isOfRule).flatMap(group =>
      wasteFinding('deleted-later', subject, group, {
        how: howOf(group),
      } satisfies Partial<DeletedLaterArgs>),
    );
  },
};

function howOf({ files }: WasteGroup): DeletedLaterArgs['how'] {
  const bytes = { deleted: 0, remade: 0, replaced: 0 };
  for (const file of files) bytes[HOW[file.reason] ?? 'deleted'] += file.bytes;
  if (bytes.deleted >= Math.max(bytes.remade, bytes.replaced)) return 'deleted';
  return bytes.remade >= bytes.replaced ? 'remade' : 'replaced';
}
