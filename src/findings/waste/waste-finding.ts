import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import type { KnownKind } from '../../compare/known-path.ts';
import { KnownPaths } from '../../compare/known-path.ts';
import { summarizePaths } from '../../compare/path-summary.ts';
import { type Finding, type FindingEvidence, type FindingSeverity, predictedSaving } from '../finding.ts';
import type { ClaimedFinding } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { isWorthTelling } from '../worth-telling.ts';
import { wasteEdits } from './waste-edits.ts';
import type { WasteGroup } from './waste-group.ts';

/** What the sentence of every finding about wasted bytes may need. */
export type WasteArgs = {
  /** Wasted bytes, and the files that hold them. */
  readonly bytes: number;
  readonly fileCount: number;
  /** What at least half of the bytes are, by their paths: `apt-lists`; null where no kind is. */
  readonly what: KnownKind | null;
  /** Bytes of that kind. 0 where it is null. */
  readonly whatBytes: number;
  /** Indexes of the lowest layer that wrote them and of the highest that hid them. */
  readonly writtenBy: number;
  readonly hiddenBy: number;
};

/**
 * @param more arguments of the rule's own
 * @returns nothing when the group is too small to be listed
 */
export function wasteFinding(
  rule: string,
  subject: Subject,
  group: WasteGroup,
  more: Finding['args'] = {},
): readonly ClaimedFinding[] {
  const { analysis } = subject;
  const evidence = evidenceOf(group);
  if (!isWorthTelling(evidence.bytes, analysis)) return [];
  const finding: Finding = {
    rule,
    severity: severityOf(analysis),
    args: { ...wasteArgs(group, evidence), ...more },
    // Copies of the base's files were written, as own bytes, where the base's were hidden.
    location: group.isFromBase ? group.hider : group.writer,
    related: group.hider,
    evidence,
    saving: predictedSaving(evidence.bytes),
    edits: wasteEdits(subject, group),
  };
  return [{ finding, claims: group.claims }];
}

/** Of an unknown base it cannot be told whether the user's Dockerfile is to blame. */
function severityOf({ baseLayerCount }: ImageAnalysis): FindingSeverity {
  return baseLayerCount === null ? 'info' : 'warning';
}

function evidenceOf({ files, isFromBase }: WasteGroup): FindingEvidence {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const layers = files.flatMap(({ writtenBy, hiddenBy }) =>
    isFromBase ? [hiddenBy] : [writtenBy, hiddenBy],
  );
  const { paths } = summarizePaths(files.map(file => [file.path, file.bytes]));
  return { layers: [...new Set(layers)].sort((a, b) => a - b), paths, fileCount: files.length, bytes };
}

function wasteArgs({ files }: WasteGroup, { bytes, fileCount }: FindingEvidence): WasteArgs {
  const known = new KnownPaths();
  const kinds = new Map<KnownKind, number>();
  let [writtenBy, hiddenBy] = [Number.POSITIVE_INFINITY, 0];
  for (const file of files) {
    const kind = known.kindOf(file.path);
    if (kind !== null) kinds.set(kind, (kinds.get(kind) ?? 0) + file.bytes);
    writtenBy = Math.min(writtenBy, file.writtenBy);
    hiddenBy = Math.max(hiddenBy, file.hiddenBy);
  }
  const [what, whatBytes] = [...kinds].reduce<readonly [KnownKind | null, number]>(
    (best, kind) => (kind[1] > best[1] ? kind : best),
    [null, 0],
  );
  const isMost = whatBytes * 2 >= bytes;
  return {
    bytes,
    fileCount,
    what: isMost ? what : null,
    whatBytes: isMost ? whatBytes : 0,
    writtenBy,
    hiddenBy,
  };
}
