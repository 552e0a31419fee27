import type { Notice } from '../../base/notice.ts';
import { formatPlatform, type Platform } from '../../base/platform.ts';
import { evaluateBudgets } from '../../budget/evaluate-budgets.ts';
import type { Comparison } from '../../compare/comparison.ts';
import type { Snapshot } from '../../compare/snapshot.ts';
import { rankedFindings } from '../../findings/find-all.ts';
import type { FixableFiles } from '../../findings/fix/fixable-files.ts';
import { unionOfSavings } from '../../findings/savings.ts';
import type { InstalledPackage } from '../../packages/installed-package.ts';
import { assembleReport, type ReportInput } from '../../report/assemble-report.ts';
import type { Report } from '../../report/report.ts';
import type { ResolvedSettings } from '../config/request.ts';
import { VERSION } from '../version.ts';
import type { ExaminedImage } from './examine.ts';

/** One image with all that was found out about it. */
export interface Weighed {
  readonly report: Report;
  /** Made when it is asked for: it lists every file. */
  readonly snapshot: () => Snapshot;
}

/** What the image is compared with: a comparison, the reason why there is none, or nothing when none was asked for. */
export type Comparing = { readonly comparison: Comparison } | { readonly absence: Notice } | null;

export interface WeighedInput {
  readonly examined: ExaminedImage;
  readonly snapshot: () => Snapshot;
  readonly comparing: Comparing;
  readonly build: ReportInput['build'];
  /** What fixes are made in; null where nothing was built here. */
  readonly fixable: FixableFiles | null;
  readonly settings: ResolvedSettings;
  readonly title: string;
  readonly key: string;
  readonly context: Report['context'];
  readonly notices: readonly Notice[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** ImageAnalysis + Comparison → findings and verdict → Report. */
export function weighed(input: WeighedInput): Weighed {
  const { comparing } = input;
  const { analysis, findings } = input.examined;
  const comparison = comparing && 'comparison' in comparing ? comparing.comparison : null;
  const { results, verdict, notices } = evaluateBudgets(input.settings.budgets, analysis, comparison);
  const installed = analysis.packages;
  const report = assembleReport({
    toolVersion: VERSION,
    generatedAt: new Date(input.now).toISOString(),
    key: input.key,
    title: input.title,
    context: input.context,
    analysis,
    comparison,
    comparisonAbsence: comparing && 'absence' in comparing ? comparing.absence : null,
    fixable: input.fixable,
    findings: rankedFindings(findings),
    savings: unionOfSavings(findings),
    budgets: results,
    verdict,
    build: input.build,
    packages: installed.packages.map(reportPackage),
    notices: [...input.notices, ...input.examined.notices, ...notices, ...installed.notices],
  });
  return { report, snapshot: input.snapshot };
}

function reportPackage({ type, name, version, bytes, layers }: InstalledPackage): Report['packages'][number] {
  return { type, name, version, bytes, layers: [...layers] };
}

/** The worst verdict of several images. */
export function worstVerdict(all: readonly Weighed[]): Report['verdict'] {
  const verdicts = all.map(({ report }) => report.verdict);
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.includes('warn') ? 'warn' : 'pass';
}

/** Tells reports of one pull request apart: what is built, from which stage, for which platform. */
export function reportKey(name: string, target: string | null, platform: Platform): string {
  return [name, target, formatPlatform(platform)].filter(part => part !== null).join(':');
}
