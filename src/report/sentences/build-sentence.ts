import { formatDuration, plural } from '../../base/number-text.ts';
import { type Phrase, phrase } from '../../base/phrase.ts';
import type { Report } from '../report.ts';
import { breakClause, orderClause } from './break-phrase.ts';

export type ReportBuild = NonNullable<Report['build']>;
export type ReportStep = ReportBuild['steps'][number];

/** Steps that could have come from a cache: all that ran, failed or did. */
export function countedSteps(build: ReportBuild): readonly ReportStep[] {
  return build.steps.filter(step => step.outcome !== 'not-needed' && step.outcome !== 'skipped');
}

/**
 * `4 of 6 steps cached; the cache broke at Dockerfile:3 (/app/a.js changed), which cost 38 s; Dockerfile:4 before it
 * would have kept 35 s; the build took 41 s`.
 */
export function buildSentence(build: ReportBuild, findings: Report['findings']): Phrase {
  const steps = countedSteps(build);
  const cached = steps.filter(step => step.outcome === 'cached').length;
  const isAll = steps.length > 0 && cached === steps.length;
  const counted = isAll
    ? `all ${plural(cached, 'step')} cached`
    : `${cached} of ${plural(steps.length, 'step')} cached`;
  const story = phrase`${breakClause(build)}${orderClause(build, findings)}`;
  const took = story.length > 0 ? '; the build took ' : ', ';
  const time = build.durationMs === null ? '' : `${took}${formatDuration(build.durationMs)}`;
  return phrase`${counted}${story}${time}`;
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
