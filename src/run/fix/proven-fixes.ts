import type { Notice } from '../../base/notice.ts';
import { formatPlatform } from '../../base/platform.ts';
import { parseDockerfile } from '../../dockerfile/dockerfile.ts';
import { unifiedDiff } from '../../dockerfile/edit/unified-diff.ts';
import { type Finding, type FoundFinding, reportedFinding } from '../../findings/finding.ts';
import { findFixProblem } from '../../findings/fix/fix-problem.ts';
import { FreedBytes } from '../../findings/freed-bytes.ts';
import { FIX_REPORT_VERSION, type FixReport, type ReportedFix } from '../../report/fix-report.ts';
import { reportIgnored } from '../../report/ignored-findings.ts';
import { reportLeftOut } from '../../report/left-out-findings.ts';
import { VERSION } from '../version.ts';
import type { ExaminedImage } from '../weigh/examine.ts';
import type { FileChange } from './dockerfile-files.ts';
import type { FixOutcome, JudgedFix, JudgedFixes } from './proof.ts';

export interface FixReportInput {
  readonly image: ExaminedImage;
  readonly judged: JudgedFixes;
  readonly changes: readonly FileChange[];
  /** Whether the changes were written. */
  readonly writes: boolean;
  readonly title: string;
  /** Path of the Dockerfile, as it is shown. */
  readonly dockerfile: string;
  /** What it says, as it was read. */
  readonly text: string;
  /** Rules that were asked for; all of them when it is empty. */
  readonly only: readonly string[];
  /** Of the build. */
  readonly notices: readonly Notice[];
}

/** What was found, what it would save, and what was changed. */
export function buildFixReport(input: FixReportInput): FixReport {
  const { image, judged, changes, writes } = input;
  const fixes = judged.fixes.map(each => describeFix(each, image));
  const { left, counted } = leftFindings(input);
  const file = parseDockerfile(input.text, input.dockerfile);
  const kept = fixes.filter(({ outcome }) => outcome !== 'dropped').map(({ predicted }) => predicted);
  const predicted = { bytes: judged.bytes, compressedBytes: togetherOf(image, kept, judged.bytes) };
  return {
    schemaVersion: FIX_REPORT_VERSION,
    tool: { name: 'deadweight', version: VERSION },
    title: input.title,
    platform: formatPlatform(image.analysis.platform),
    dockerfile: input.dockerfile,
    fixes,
    all: judged.all && { predicted, measured: measuredOf(judged.all) },
    left: [...left],
    counted: [...counted],
    others: [...otherFindings(input)],
    leftBecause: left.map(finding => findFixProblem(file, finding)),
    ignoredFindings: image.ignored.map(reportIgnored),
    leftOutFindings: reportLeftOut(image.leftOut, image.ignored),
    files: changes.map(({ path, before, after }) => ({
      path,
      diff: unifiedDiff(path, before, after),
      written: writes,
    })),
    notices: [...input.notices, ...image.notices, ...staleNotices(image, judged)],
  };
}

export function describeFix({ fix, outcome }: JudgedFix, image: ExaminedImage): ReportedFix {
  const known = image.fixes.find(each => each.fix === fix);
  return {
    edits: [...fix.edits],
    findings: [...fix.findings],
    predicted: { bytes: fix.bytes, compressedBytes: known?.compressedBytes ?? null },
    addedBytes: fix.addedBytes,
    measured: measuredOf(outcome),
    outcome: outcome.kind,
    reason: outcome.kind === 'dropped' ? outcome.reason : null,
    droppedFor: outcome.kind === 'dropped' ? outcome.why : null,
    freed: fix.freed.map(({ layer, path, bytes }) => ({ layer, path, bytes })),
  };
}

/**
 * What could be saved as well, and only by hand: the largest saving first. What fixes and those above save is told;
 * those of which that is all are apart.
 */
function leftFindings(input: FixReportInput): Readonly<Record<'left' | 'counted', readonly Finding[]>> {
  const known = new FreedBytes();
  for (const { fix, outcome } of input.judged.fixes) if (outcome.kind !== 'dropped') known.add(fix.freed);
  const findings = unmendedFindings(input)
    .filter(({ saving }) => (saving?.bytes ?? 0) > 0)
    .toSorted((a, b) => (b.saving?.bytes ?? 0) - (a.saving?.bytes ?? 0))
    .map((found): Finding => {
      const addedBytes = known.add(found.freed);
      const { saving, ...finding } = reportedFinding(found);
      return { ...finding, saving: saving && { ...saving, addedBytes } };
    });
  const isCounted = ({ saving }: Finding): boolean => saving?.addedBytes === 0;
  return {
    left: findings.filter(finding => !isCounted(finding)),
    counted: findings.filter(isCounted),
  };
}

/** The rest: what would save nothing, or is not about bytes. */
function otherFindings(input: FixReportInput): readonly Finding[] {
  return unmendedFindings(input)
    .filter(({ saving }) => (saving?.bytes ?? 0) === 0)
    .map(reportedFinding);
}

function unmendedFindings({ image: { findings, fixes }, only }: FixReportInput): readonly FoundFinding[] {
  const mended = new Set(fixes.flatMap(({ fix }) => fix.findings.map(findingKey)));
  return findings.filter(
    finding =>
      finding.edits.length === 0 &&
      (only.length === 0 || only.includes(finding.rule)) &&
      !mended.has(findingKey(finding)),
  );
}

function findingKey({ rule, location }: Pick<Finding, 'rule' | 'location'>): string {
  return `${rule} ${location?.startLine ?? ''}`;
}

function measuredOf(outcome: FixOutcome): ReportedFix['measured'] {
  if (outcome.kind !== 'proven') return null;
  const { bytes, compressedBytes } = outcome;
  return { bytes, compressedBytes };
}

/** Fixes that free the same bytes do not add up, compressed no more than uncompressed: all of them are measured at once. */
function togetherOf(
  { fixes, together }: ExaminedImage,
  savings: readonly ReportedFix['predicted'][],
  bytes: number,
): number | null {
  if (savings.length === fixes.length && together.fixes !== null) return together.fixes;
  if (savings.reduce((sum, saving) => sum + saving.bytes, 0) !== bytes) return null;
  return savings.reduce<number | null>(
    (sum, { compressedBytes }) => (sum === null || compressedBytes === null ? null : sum + compressedBytes),
    0,
  );
}

/** A layer that came from the cache may be older than what the proof fetched. */
function staleNotices({ analysis }: ExaminedImage, { fixes }: JudgedFixes): readonly Notice[] {
  const touched = new Set(
    fixes.flatMap(({ fix }) => fix.edits.flatMap(edit => ('line' in edit ? edit.line : []))),
  );
  const lines = new Set(
    analysis.layers.flatMap(({ cache, instruction }) =>
      cache === 'cached' && instruction && touched.has(instruction.startLine) ? [instruction.startLine] : [],
    ),
  );
  if (lines.size === 0 || !fixes.some(({ outcome }) => outcome.kind === 'proven')) return [];
  const where = `${lines.size === 1 ? 'line' : 'lines'} ${[...lines].join(', ')}`;
  return [
    {
      code: 'proof-against-cache',
      message: `The measured savings compare with layers that came from the cache (${where}), so they include what the commands of those layers fetch differently today.`,
    },
  ];
}
