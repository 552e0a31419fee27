import type { ReportWastedFile } from '../report.ts';

const REASONS: Readonly<Record<ReportWastedFile['reason'], string>> = {
  deleted: 'deleted',
  overwritten: 'overwritten',
  'metadata-only': 'copied for mode, owner or times',
  identical: 'written again unchanged',
  'opaque-directory': 'its directory was emptied',
  'replaced-by-directory': 'replaced by a directory',
  'replaced-by-other': 'replaced by a link or device',
  'duplicate-entry': 'twice in one layer',
};

/** Why a file's bytes are wasted, as a table shows it. */
export function wasteReason(file: ReportWastedFile): string {
  const reason = REASONS[file.reason];
  return file.copies > 1 ? `${reason}, ${file.copies.toLocaleString('en-US')} copies` : reason;
}
