import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import { lazy } from '../../base/lazy.ts';
import type { Notice } from '../../base/notice.ts';
import { formatPlatform, type Platform } from '../../base/platform.ts';
import { evaluateBudgets } from '../../budget/budget-result.ts';
import type { AttestationDefaults } from '../../build/attestation.ts';
import type { Snapshot } from '../../compare/snapshot.ts';
import { patchFindings } from '../../findings/fix/combined-patch.ts';
import type { FixableFiles } from '../../findings/fix/patch.ts';
import { distinctFreed, unionOfSavings } from '../../findings/freed-bytes.ts';
import { rankFindings } from '../../findings/ranking.ts';
import { inventoryOfSnapshot } from '../../inventory/baseline-inventory.ts';
import { ScannedInventory } from '../../inventory/image-inventory.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { InstalledPackage } from '../../packages/installed-package.ts';
import { assembleReport, type ReportInput } from '../../report/assemble-report.ts';
import { failingFindings } from '../../report/failing-findings.ts';
import type { ReportContext } from '../../report/failure.ts';
import type { DockerfileText } from '../../report/html/render-html.ts';
import { addedIgnoresNotice } from '../../report/ignored-findings.ts';
import type { Report } from '../../report/report.ts';
import type { Settings } from '../config/settings.ts';
import type { SecretMask } from '../secret-values.ts';
import { VERSION } from '../version.ts';
import type { Compared } from './comparison-plan.ts';
import type { ExaminedImage } from './examine.ts';
import { learnedAnalysis } from './learn-contents.ts';

/** The report of one image, and what later runs may compare with. */
export interface ReportedImage {
  readonly report: Report;
  /** Whether secrets of the run are hidden in it. */
  readonly hidesSecrets: () => boolean;
  /** Made when it is asked for: it lists every file. */
  readonly snapshot: () => Snapshot;
  /** Made when it is asked for, and once: the layers are stacked for it. */
  readonly inventory: () => Inventory;
  /** What the image was built from, without secrets; empty where that is not known. */
  readonly dockerfiles: () => readonly DockerfileText[];
}

/** Where an image comes from, and the run that weighs it. */
export interface RunOrigin extends ReportContext {
  /** What a build writes into its attestation; null leaves that to BuildKit. */
  readonly attestation: AttestationDefaults | null;
}

/** At a terminal nothing but the commit is known, and not always that. */
export const LOCAL_ORIGIN: RunOrigin = {
  commit: null,
  repositoryUrl: null,
  runUrl: null,
  attestation: null,
};

/** The part that reports show. */
export function reportContext({ commit, repositoryUrl, runUrl }: RunOrigin): ReportContext {
  return { commit, repositoryUrl, runUrl };
}

export interface ImageReportInput {
  readonly image: ExaminedImage;
  readonly snapshot: () => Snapshot;
  readonly compared: Compared;
  readonly build: ReportInput['build'];
  /** What it was built from; null where that is not known. */
  readonly dockerfile: DockerfileText | null;
  /** What fixes are made in; null where nothing was built here. */
  readonly fixable: FixableFiles | null;
  /** By which the image can be opened when the run has ended; null where it is gone then. */
  readonly openable: { readonly reference: string; readonly platform: Platform | null } | null;
  readonly settings: Pick<Settings, 'budgets' | 'failOn' | 'missingBaseline' | 'notices'>;
  readonly title: string;
  readonly key: string;
  readonly origin: RunOrigin;
  /** Beside those of the image and of its comparison. */
  readonly notices: readonly Notice[];
  /** Of the run: neither the report nor the snapshot has them. */
  readonly secrets: SecretMask;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** ImageAnalysis + Comparison → findings and verdict → Report. */
export function buildReport(input: ImageReportInput): ReportedImage {
  const { image, compared } = input;
  const { analysis, findings, ignored, leftOut } = image;
  const found = compared && 'comparison' in compared ? compared : null;
  const comparison = found?.comparison ?? null;
  const { budgets, failOn, missingBaseline } = input.settings;
  const { results, verdict, notices } = evaluateBudgets(budgets, analysis, comparison, missingBaseline);
  const installed = analysis.packages;
  const assembled = assembleReport({
    toolVersion: VERSION,
    generatedAt: new Date(input.now).toISOString(),
    key: input.key,
    title: input.title,
    context: { ...reportContext(input.origin), baseline: found?.explanation ?? null },
    analysis,
    comparison,
    comparisonAbsence: compared && 'absence' in compared ? compared.absence : null,
    ...patchFindings(rankFindings(findings), input.fixable),
    ignored,
    leftOut,
    failOn,
    savings: {
      bytes: unionOfSavings(findings),
      compressedBytes: image.together.findings,
      editBytes: unionOfSavings(findings.filter(({ edits }) => edits.length > 0)),
    },
    squash: {
      reference: input.openable?.reference ?? null,
      platform: input.openable?.platform ? formatPlatform(input.openable.platform) : null,
      // What comments ignore is mended by no squash either: somebody has said why it is there.
      fixed: distinctFreed([...findings, ...ignored.map(({ finding }) => finding)]),
      fixesFirst: input.build !== null,
    },
    squashed: image.squashed ?? null,
    budgets: results,
    verdict,
    build: input.build,
    packages: installed.packages.map(reportPackage),
    notices: [
      ...input.settings.notices,
      ...input.notices,
      ...image.notices,
      ...notices,
      ...installed.notices,
    ],
  });
  const report = judgedByFindings(assembled);
  const { secrets } = input;
  return {
    // What a comment is found by again must not depend on what a run knows.
    report: { ...secrets.report(report), key: report.key },
    hidesSecrets: () => secrets.isIn(report),
    snapshot: () => secrets.snapshot(input.snapshot()),
    inventory: lazy(() => inventories(analysis, input.snapshot, found)),
    dockerfiles: () =>
      input.dockerfile === null
        ? []
        : secrets.report([{ file: input.dockerfile.file, text: input.dockerfile.text }]),
  };
}

/** Of the head the contents are those that the comparison knew, so that both say the same. */
function inventories(
  analysis: ImageAnalysis,
  snapshot: () => Snapshot,
  compared: Extract<Compared, { readonly comparison: unknown }> | null,
): Inventory {
  const { baseline = null, scans = { baseline: [], head: [] } } = compared ?? {};
  const isScanned = analysis.scans.length === analysis.layers.length;
  const head = isScanned
    ? new ScannedInventory(learnedAnalysis(analysis, scans.head))
    : inventoryOfSnapshot(snapshot(), scans.head, scans.baseline);
  return { head, baseline: baseline && inventoryOfSnapshot(baseline, scans.baseline, scans.head) };
}

/** The report with what `fail-on` makes of its findings, and of comments that a pull request adds. */
function judgedByFindings(report: Report): Report {
  const { ignoredFindings = [], failOn, notices } = report;
  return {
    ...report,
    verdict: failingFindings(report).length > 0 ? 'fail' : report.verdict,
    notices: [...addedIgnoresNotice(ignoredFindings, failOn !== 'none'), ...notices],
  };
}

function reportPackage({ type, name, version, bytes, layers }: InstalledPackage): Report['packages'][number] {
  return { type, name, version, bytes, layers: [...layers] };
}

/** The worst verdict of several images. */
export function worstVerdict(reports: readonly Report[]): Report['verdict'] {
  const verdicts = reports.map(({ verdict }) => verdict);
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.includes('warn') ? 'warn' : 'pass';
}
