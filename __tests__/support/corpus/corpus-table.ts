import { formatSize } from '../../../src/base/number-text.ts';
import type { CorpusCase } from './corpus-case.ts';
import type { FixedCase } from './corpus-run.ts';
import { bytesOf, isNear, type Judgement } from './judgement.ts';

/** A case with what was said of it, and what became of its fixes where those were tried. */
export interface TriedCase {
  readonly each: CorpusCase;
  readonly judgement: Judgement;
  readonly fixed?: FixedCase | null;
}

/** What of a case is not as it should be, a line each, below a line of counts. */
export function caseLines({ each, judgement, fixed }: TriedCase): readonly string[] {
  const { found, missed, bytesOff, violated, unjudged, stale, verdicts } = judgement;
  const counts = `${found.length} of ${each.expected.length} found, ${verdicts.useful} useful, ${verdicts.noise} noise, ${verdicts.false} false`;
  const kind = each.good ? 'good' : each.style;
  return [
    `${each.name} (${kind}): ${counts}`,
    ...missed.map(
      ({ line, rules, say, gap }) => `  missed     ${at(line)} ${rules.join(' or ')}: ${gap ?? say}`,
    ),
    ...bytesOff.map(
      ({ expected, claimed }) =>
        `  bytes      ${at(expected.line)} ${claimed.map(size).join(', ')} for ${size(expected.bytes ?? 0)}: ${expected.say}`,
    ),
    ...violated.map(({ mustNot, finding }) => `  must not   ${placeOf(finding)}: ${mustNot.say}`),
    ...unjudged.map(finding => `  not judged ${placeOf(finding)}`),
    ...stale.map(({ line, rule }) => `  stale row  ${at(line)} ${rule}`),
    ...(fixed ? fixLines(fixed) : []),
  ];
}

function fixLines({ report, smoke, changed, unexplained }: FixedCase): readonly string[] {
  const dropped = report.fixes.filter(({ outcome }) => outcome === 'dropped');
  return [
    `  fixes      ${report.fixes.length - dropped.length} written, ${dropped.length} dropped, ${changed.length} paths of the final filesystem differ`,
    ...dropped.map(({ findings, reason }) => `  dropped    ${findings[0]?.rule}: ${reason}`),
    ...offFixes(report).map(text => `  prediction ${text}`),
    ...(smoke && smoke.original !== null ? [`  smoke      fails in the original: ${smoke.original}`] : []),
    ...(smoke && smoke.fixed !== null ? [`  smoke      fails in the fixed image: ${smoke.fixed}`] : []),
    ...(unexplained.length > 0
      ? [`  unexplained ${unexplained.length}: ${unexplained.slice(0, 8).join(' ')}`]
      : []),
  ];
}

/** Fixes whose measured bytes are not the predicted ones, and all together. */
export function offFixes({ fixes, all }: FixedCase['report']): readonly string[] {
  const made = [
    ...fixes.map(fix => ({ ...fix, name: fix.findings.map(({ rule }) => rule).join('+') })),
    ...(all ? [{ ...all, name: 'all' }] : []),
  ];
  return made.flatMap(({ name, predicted, measured }) => {
    if (measured === null) return [];
    const [told, real] = [predicted.compressedBytes, measured.compressedBytes];
    return [
      ...(isNear(predicted.bytes, measured.bytes)
        ? []
        : [`${name}: ${size(predicted.bytes)} for ${size(measured.bytes)}`]),
      ...(told === null || real === null || isNear(told, real, 0.03)
        ? []
        : [`${name}, compressed: ${size(told)} for ${size(real)}`]),
    ];
  });
}

/** The corpus in numbers. */
export function totalLines(tried: readonly TriedCase[]): readonly string[] {
  const sum = (count: (each: TriedCase) => number): number =>
    tried.reduce((total, each) => total + count(each), 0);
  const useful = sum(({ judgement }) => judgement.verdicts.useful);
  const noise = sum(({ judgement }) => judgement.verdicts.noise);
  const wrong = sum(({ judgement }) => judgement.verdicts.false);
  const unjudged = sum(({ judgement }) => judgement.unjudged.length);
  const good = tried.filter(({ each }) => each.good);
  const fixed = tried.flatMap(each => (each.fixed ? [each.fixed] : []));
  const outcomes = fixed.flatMap(({ report }) => report.fixes.map(({ outcome }) => outcome));
  const isKept = (outcome: string): boolean => outcome !== 'dropped';
  const smoked = fixed.flatMap(({ smoke }) => (smoke?.original === null ? [smoke.fixed] : []));
  return [
    `${tried.length} Dockerfiles, ${good.length} of them good, on which ${sum(({ each, judgement }) => (each.good ? loud(judgement) : 0))} warnings stand`,
    `warnings: ${useful} useful, ${noise} noise, ${wrong} false, ${unjudged} not judged: ${percent(useful, useful + noise + wrong + unjudged)} useful`,
    `the experts' lists: ${percent(
      sum(({ judgement }) => judgement.found.length),
      sum(({ each }) => each.expected.length),
    )} found, ${sum(({ judgement }) => judgement.bytesOff.length)} with other bytes; ${sum(({ judgement }) => judgement.violated.length)} must-nots said`,
    ...(fixed.length === 0
      ? []
      : [
          `fixes: ${outcomes.filter(isKept).length} written, ${outcomes.length - outcomes.filter(isKept).length} dropped, ${sum(each => (each.fixed ? offFixes(each.fixed.report).length : 0))} predictions off`,
          `smoke tests: ${smoked.filter(said => said === null).length} of ${smoked.length} passed; filesystems as told: ${fixed.filter(({ unexplained }) => unexplained.length === 0).length} of ${fixed.length}`,
        ]),
  ];
}

function loud({ verdicts, unjudged }: Judgement): number {
  return verdicts.useful + verdicts.noise + verdicts.false + unjudged.length;
}

function placeOf(finding: Judgement['unjudged'][number]): string {
  return `${at(finding.location?.startLine)} ${finding.rule} ${size(bytesOf(finding))}`;
}

function at(line: number | null | undefined): string {
  return `:${line ?? '-'}`.padEnd(4);
}

function size(bytes: number): string {
  return formatSize(bytes).replace('\u00a0', ' ');
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} % (${part} of ${whole})`;
}
