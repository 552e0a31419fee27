import { formatDuration, plural } from '../number-text.ts';
import { code, type Phrase, phrase, place } from '../phrase.ts';
import type { Report } from '../report.ts';

export type ReportBuild = NonNullable<Report['build']>;
export type ReportStep = ReportBuild['steps'][number];
export type BreakReason = NonNullable<ReportBuild['cacheBreak']>['reason'];

const REASONS: Readonly<Record<BreakReason, string | null>> = {
  'definition-changed': 'text, arguments or environment changed',
  'base-changed': 'the base image changed',
  'content-changed': 'a file it reads changed',
  'not-in-cache': 'no cache held it',
  unknown: null,
};

/** Steps that could have come from a cache: all that ran, failed or did. */
export function countedSteps(build: ReportBuild): readonly ReportStep[] {
  return build.steps.filter(step => step.outcome !== 'not-needed' && step.outcome !== 'skipped');
}

/** `4 of 6 steps cached; the cache broke at Dockerfile:3 (a file it reads changed), 41 s`. */
export function buildSentence(build: ReportBuild): Phrase {
  const steps = countedSteps(build);
  const cached = steps.filter(step => step.outcome === 'cached').length;
  const counted =
    steps.length > 0 && cached === steps.length
      ? `all ${plural(cached, 'step')} cached`
      : `${cached} of ${plural(steps.length, 'step')} cached`;
  const time = build.durationMs === null ? '' : `, ${formatDuration(build.durationMs)}`;
  return phrase`${counted}${breakClause(build)}${time}`;
}

function breakClause({ cacheBreak, steps }: ReportBuild): Phrase {
  const step = cacheBreak ? steps[cacheBreak.step] : undefined;
  if (!cacheBreak || !step) return [];
  const where = step.instruction ? place(step.instruction) : code(step.name, 60);
  const reason = REASONS[cacheBreak.reason];
  return reason === null
    ? phrase`; the cache broke at ${where}`
    : phrase`; the cache broke at ${where} (${reason})`;
}

/** What became of a step: `cached`, `1.2 s`, `failed`, `not needed`. */
export function stepOutcome(step: ReportStep): string {
  if (step.outcome === 'executed') {
    if (step.durationMs === null) return 'ran';
    const pull = step.pullMs > 0 ? ` (${formatDuration(step.pullMs)} pulling)` : '';
    return `${formatDuration(step.durationMs)}${pull}`;
  }
  return step.outcome === 'not-needed' ? 'not needed' : step.outcome;
}
