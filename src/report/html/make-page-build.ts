import { formatDuration } from '../../base/number-text.ts';
import { instructionTitle } from '../layer-name.ts';
import { safeUrl } from '../place-url.ts';
import type { Report } from '../report.ts';
import { buildSentence, type ReportStep, stepOutcome, warningSentence } from '../sentences/build-sentence.ts';
import type { PageBuild, PageStep } from './page-details.ts';

/** Characters of a step's name that are kept. */
const MAX_STEP = 500;

/** The build's steps in the order in which BuildKit tells of them; null where nothing was built. */
export function makePageBuild({ build, findings }: Report): PageBuild | null {
  if (build === null) return null;
  return {
    sentence: buildSentence(build, findings),
    durationMs: build.durationMs,
    steps: build.steps.map(makeStep),
    cacheBreak: build.cacheBreak?.step ?? null,
    breakText: breakText(build.cacheBreak?.lostMs ?? 0),
    warnings: build.warnings.map(warning => ({
      sentence: warningSentence(warning),
      url: warning.url === null ? null : safeUrl(warning.url),
    })),
  };
}

/** Costs below this are not worth a reader's time. Milliseconds. */
const MIN_MS = 1000;

/** @param lostMs time of the steps that ran because the cache broke; milliseconds */
function breakText(lostMs: number): string {
  return lostMs < MIN_MS
    ? '↑ the cache broke here'
    : `↑ the cache broke here, which cost ${formatDuration(lostMs)}`;
}

function makeStep(step: ReportStep): PageStep {
  const { name, instruction, platform, onFinalChain, outcome, durationMs, pullMs } = step;
  return {
    stage: /^\[([^\]]{1,100})\]/.exec(name)?.[1] ?? null,
    title: instructionTitle({ instruction, createdBy: name }, MAX_STEP),
    place: instruction && {
      file: instruction.file,
      startLine: instruction.startLine,
      endLine: instruction.endLine,
    },
    platform,
    onFinalChain,
    outcome,
    outcomeText: stepOutcome(step),
    durationMs,
    pullMs,
  };
}
