import type { ImageAnalysis } from '../../../src/analysis/image-analysis.ts';
import type { FailOn } from '../../../src/base/fail-on.ts';
import type { Notice } from '../../../src/base/notice.ts';
import type { BudgetSetting } from '../../../src/budget/budget.ts';
import { compareSnapshots } from '../../../src/compare/compare-snapshots.ts';
import { createSnapshot } from '../../../src/compare/snapshot-of.ts';
import type { IgnoredFinding } from '../../../src/findings/decisions/ignored-findings.ts';
import type { LeftOutFinding } from '../../../src/findings/decisions/left-out.ts';
import type { FoundFinding } from '../../../src/findings/finding.ts';
import type { LayerScan } from '../../../src/layer/layer-scan.ts';
import type { ReportInput } from '../../../src/report/assemble-report.ts';
import type { Report } from '../../../src/report/report.ts';
import type { Compared } from '../../../src/run/weigh/comparison-plan.ts';
import { buildReport, type ReportedImage, type RunOrigin } from '../../../src/run/weigh/image-report.ts';
import { NOT_MEASURED } from '../../../src/run/weigh/measured-savings.ts';
import { parseBudgets } from '../budgets.ts';
import { noSecrets } from '../no-secrets.ts';
import { contentDigest } from '../scans/scan.ts';
import { fabricate, type ImageSpec, type LayerSpec } from './analysis.ts';

export const BASE_COMMIT = 'abc1234d5e6f708192a3b4c5d6e7f8091a2b3c4d';
const HEAD_COMMIT = 'def5678a9b0c1d2e3f405162738495a6b7c8d9e0';

/** A job on a pull request. */
const PULL_REQUEST: RunOrigin = {
  commit: HEAD_COMMIT,
  repositoryUrl: 'https://github.com/acme/app',
  runUrl: 'https://github.com/acme/app/actions/runs/170251',
  attestation: null,
};

/** What is special about a report: real code makes all else of it. */
export interface ReportSpec {
  readonly layers: readonly LayerSpec[];
  readonly image?: ImageSpec;
  /** What it is compared with, or why it is not; nothing was asked for when absent. */
  readonly baseline?: BaselineSpec | { readonly absence: Notice };
  /** What rules find in it; nothing when absent. */
  readonly find?: (analysis: ImageAnalysis) => readonly FoundFinding[];
  /** What comments ignore; nothing when absent. */
  readonly ignore?: (analysis: ImageAnalysis) => readonly IgnoredFinding[];
  /** What the configuration leaves out; nothing when absent. */
  readonly leftOut?: readonly LeftOutFinding[];
  readonly failOn?: FailOn;
  /** Lines of the Dockerfile that fixes are made in. */
  readonly dockerfile?: readonly string[];
  /** As the configuration file has them. */
  readonly budgets?: Readonly<Record<string, BudgetSetting>>;
  readonly build?: ReportInput['build'];
  readonly notices?: readonly Notice[];
  /** null where the image is gone when the run has ended. */
  readonly openable?: null;
  readonly title?: string;
  /** A pull request when absent. */
  readonly origin?: RunOrigin;
}

interface BaselineSpec {
  readonly layers: readonly LayerSpec[];
  readonly reference?: string;
  /** How it was chosen; a sentence of a pull request's when absent. */
  readonly explanation?: string | null;
}

/** A report on fabricated layers, by the real analysis, comparison, budgets and assembly. */
export function fabricateReport(spec: ReportSpec): Report {
  const { report } = fabricateReported(spec);
  // A release is no news for goldens.
  return { ...report, tool: { ...report.tool, version: '0.1.0' } };
}

/** The same, with all that can be asked for beside the report. */
export function fabricateReported(spec: ReportSpec): ReportedImage {
  const { origin = PULL_REQUEST, title = 'app' } = spec;
  const analysis = fabricate(spec.layers, { reference: 'docker-daemon:app:latest', ...spec.image });
  return buildReport({
    image: {
      analysis,
      findings: spec.find?.(analysis) ?? [],
      ignored: spec.ignore?.(analysis) ?? [],
      leftOut: spec.leftOut ?? [],
      fixes: [],
      together: NOT_MEASURED,
      notices: [],
    },
    snapshot: () => createSnapshot(analysis, origin.commit),
    compared: comparedWith(spec, analysis, origin),
    build: spec.build ?? null,
    dockerfile: spec.dockerfile ? { file: 'Dockerfile', text: spec.dockerfile.join('\n') } : null,
    fixable: fixableFiles(spec),
    openable: spec.openable === null ? null : { reference: analysis.reference, platform: null },
    settings: {
      budgets: parseBudgets(spec.budgets ?? {}),
      missingBaseline: 'warn',
      failOn: spec.failOn ?? 'none',
      notices: [],
    },
    title,
    key: 'app/linux/amd64',
    origin,
    notices: spec.notices ?? [],
    secrets: noSecrets,
    now: Date.parse('2026-07-01T12:00:00Z'),
  });
}

function comparedWith({ baseline }: ReportSpec, head: ImageAnalysis, { commit }: RunOrigin): Compared {
  if (baseline === undefined || 'absence' in baseline) return baseline ?? null;
  const { layers, reference = head.reference } = baseline;
  const before = fabricate(layers, { reference });
  const { explanation = 'First parent of the merge commit, built here with the same builder.' } = baseline;
  const snapshot = createSnapshot(before, commit && BASE_COMMIT);
  const scans = { baseline: before.scans.map(withContents), head: head.scans.map(withContents) };
  const comparison = compareSnapshots(snapshot, createSnapshot(head, commit), scans);
  return { comparison, explanation, baseline: snapshot, scans };
}

/** A build knows all contents: here files of one path and size have one content, unless the specification says another. */
function withContents(scan: LayerScan): LayerScan {
  const { entries } = scan;
  const learned = new Map<number, string>();
  for (let index = 0; index < entries.length; index += 1) {
    if (!entries.isFile(index) || entries.knowsContent(index)) continue;
    learned.set(index, contentDigest(`${entries.pathOf(index)} ${entries.sizeOf(index)}`));
  }
  return { ...scan, entries: entries.withContents(learned), contentKnown: 'all' };
}

function fixableFiles({ dockerfile }: ReportSpec) {
  if (dockerfile === undefined) return null;
  return {
    dockerfile: { path: 'Dockerfile', text: `${dockerfile.join('\n')}\n` },
    ignore: { path: '.dockerignore', text: '' },
  };
}

/** The layer with one more file, at this path, so that it has so many bytes. */
export function filled(size: number, path: string, layer: LayerSpec): LayerSpec {
  return { ...layer, files: { ...layer.files, [path]: size - fabricate([layer]).size } };
}

/** So many files in a directory (its path ends in a slash) that have these bytes between them, all about alike. */
export function filesIn(directory: string, bytes: number, count = 10): Readonly<Record<string, number>> {
  const each = Math.floor(bytes / count);
  const files = Array.from({ length: count }, (_, index) => [`${directory}${index}`, each] as const);
  return { ...Object.fromEntries(files), [`${directory}0`]: bytes - each * (count - 1) };
}

/** The layers as a registry holds them, in so many bytes: of each its share by its size. */
export function compressedTo(bytes: number, layers: readonly LayerSpec[]): readonly LayerSpec[] {
  const sizes = layers.map(({ files = {} }) =>
    Object.values(files).reduce<number>(
      (sum, file) => sum + (typeof file === 'number' ? file : file.size),
      0,
    ),
  );
  const all = Math.max(
    1,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  const shares = sizes.map(size => Math.floor((bytes * size) / all));
  const rest = bytes - shares.reduce((sum, share) => sum + share, 0);
  return layers.map((layer, index) => ({
    ...layer,
    compressedSize: (shares[index] ?? 0) + (index === 0 ? rest : 0),
  }));
}
