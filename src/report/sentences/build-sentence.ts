import { formatCount, formatDuration, plural } from '../../base/number-text.ts';
import { code, enumerate, message, type Phrase, pathCode, phrase, place } from '../../base/phrase.ts';
import { type KnownFinding, readFinding } from '../../findings/rules.ts';
import type { Report } from '../report.ts';

export type ReportBuild = NonNullable<Report['build']>;
export type ReportStep = ReportBuild['steps'][number];
type ReportWarning = ReportBuild['warnings'][number];

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
  const isAll = steps.length > 1 && cached === steps.length;
  if (build.uncached?.all) {
    const time = build.durationMs === null ? '' : `, ${formatDuration(build.durationMs)}`;
    return phrase`built without the cache (no-cache)${time}`;
  }
  const counted = isAll
    ? `all ${plural(cached, 'step')} cached`
    : `${cached} of ${plural(steps.length, 'step')} cached`;
  const story = phrase`${stagesClause(build)}${breakClause(build)}${orderClause(build, findings)}`;
  const took = story.length > 0 ? '; the build took ' : ', ';
  const time = build.durationMs === null ? '' : `${took}${formatDuration(build.durationMs)}`;
  return phrase`${counted}${story}${time}`;
}

/** `; the stage builder was kept from the cache (no-cache-filters)`; empty where no stage was. */
function stagesClause({ uncached }: ReportBuild): Phrase {
  const stages = uncached?.stages ?? [];
  if (stages.length === 0) return [];
  const names = enumerate(stages.slice(0, MAX_STAGES).map(stage => [code(stage, 60)]));
  const what = stages.length === 1 ? 'stage' : 'stages';
  return phrase`; no-cache-filters kept the ${what} ${names} from the cache`;
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

/** What a check of BuildKit says: `Dockerfile:7: JSON arguments recommended for CMD … (JSONArgsRecommended)`. */
export function warningSentence({ file, startLine, endLine, message: said, rule }: ReportWarning): Phrase {
  const location = file && startLine ? { file, startLine, endLine: endLine ?? startLine } : null;
  const where = location ? phrase`${place(location)}: ` : [];
  const name = rule === said ? [] : phrase` (${code(rule, 60)})`;
  return phrase`${where}${message(said, 300)}${name}`;
}

type Break = NonNullable<ReportBuild['cacheBreak']>;

/** Names of stages that a sentence has room for. */
const MAX_STAGES = 4;

/** Costs below this are not worth a reader's time. Milliseconds. */
const MIN_MS = 1000;

/** `; the cache broke at Dockerfile:3 (/app/a.js changed), which cost 38 s`; empty when it did not break. */
function breakClause({ cacheBreak, steps }: ReportBuild): Phrase {
  const step = cacheBreak ? steps[cacheBreak.step] : undefined;
  if (!cacheBreak || !step) return [];
  const where = step.instruction ? place(step.instruction) : code(step.name, 60);
  const why = reason(cacheBreak);
  const aside = why.length === 0 ? [] : phrase` (${why})`;
  const { lostMs } = cacheBreak;
  const cost = lostMs >= MIN_MS ? phrase`, which cost ${formatDuration(lostMs)}` : [];
  return phrase`; the cache broke at ${where}${aside}${cost}`;
}

/** `; Dockerfile:5 before it would have kept 12 s`: what a finding about the order of the same lines tells. */
function orderClause({ cacheBreak, steps }: ReportBuild, findings: Report['findings']): Phrase {
  const line = cacheBreak ? steps[cacheBreak.step]?.instruction?.startLine : undefined;
  if (line === undefined) return [];
  const orders = findings.flatMap(finding => betterOrder(readFinding(finding), line) ?? []);
  const [best] = orders.sort((a, b) => b.keptMs - a.keptMs);
  return best === undefined ? [] : phrase`; ${best.order} would have kept ${formatDuration(best.keptMs)}`;
}

interface BetterOrder {
  readonly order: Phrase;
  /** Time that the build would not have lost. Milliseconds. */
  readonly keptMs: number;
}

/** null where the finding is not about the line, or cost no time. */
function betterOrder(finding: KnownFinding | null, line: number): BetterOrder | null {
  switch (finding?.rule) {
    case 'manifest-before-sources':
    case 'copy-before-install':
    case 'volatile-before-stable': {
      const { rule, args, location, related } = finding;
      const keptMs = args.lostMs ?? 0;
      if (location === null || related === null || keptMs < MIN_MS) return null;
      const manifests = rule === 'manifest-before-sources' ? phrase`the manifests and ` : [];
      if (location.startLine === line)
        return { order: phrase`${manifests}${place(related)} before it`, keptMs };
      // An argument has no step of its own: the first one behind it runs again.
      const isArgument = rule === 'volatile-before-stable' && related.startLine === line;
      return isArgument ? { order: phrase`${place(location)} further down`, keptMs } : null;
    }
    default:
      return null;
  }
}

function reason({ reason: why, files }: Break): Phrase {
  switch (why) {
    case 'text-changed':
      return phrase`its text changed`;
    case 'arguments-changed':
      return phrase`its arguments or environment changed`;
    case 'definition-changed':
      return phrase`text, arguments or environment changed`;
    case 'earlier-step-changed':
      return phrase`a step before it changed`;
    case 'base-changed':
      return phrase`the base image changed`;
    case 'content-changed':
      return files ? phrase`${namePaths(files)} changed` : phrase`a file it reads changed`;
    case 'mode-changed':
      return files ? phrase`the mode of ${namePaths(files)} changed` : phrase`the mode of a file changed`;
    case 'not-in-cache':
      return phrase`no cache held it`;
    case 'unknown':
      return [];
  }
}

function namePaths({ paths, count }: NonNullable<Break['files']>): Phrase {
  const [first] = paths;
  if (first === undefined) return phrase`a file`;
  const more = count > 1 ? ` and ${formatCount(count - 1)} more` : '';
  return phrase`${pathCode(first, 60)}${more}`;
}
