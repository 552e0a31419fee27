import type { Finding } from '../../../src/findings/finding.ts';
import type { CorpusCase, Expected, Judged, MustNot } from './corpus-case.ts';

/** A byte claim is right within a hundredth, or this much. */
const TOLERANCE = 100_000;

export function isNear(claimed: number, real: number, share = 0.01): boolean {
  return Math.abs(claimed - real) <= Math.max(TOLERANCE, Math.abs(real) * share);
}

type Said = Pick<Finding, 'rule' | 'severity' | 'location' | 'evidence' | 'saving' | 'edits'> &
  Partial<Pick<Finding, 'related'>>;

export interface Judgement {
  readonly found: readonly Expected[];
  readonly missed: readonly Expected[];
  /** Found, with bytes that are not the right ones. */
  readonly bytesOff: readonly { readonly expected: Expected; readonly claimed: readonly number[] }[];
  readonly violated: readonly { readonly mustNot: MustNot; readonly finding: Said }[];
  /** Above the level info, and nobody has said yet whether they are true. */
  readonly unjudged: readonly Said[];
  /** What was judged and is said no more. */
  readonly stale: readonly Judged[];
  readonly verdicts: Readonly<Record<Judged['verdict'], number>>;
}

/** Holds what is said of a case against what an expert says of it. */
export function judge(
  { expected, mustNot, judged }: Pick<CorpusCase, 'expected' | 'mustNot' | 'judged'>,
  findings: readonly Said[],
): Judgement {
  const loud = findings.filter(({ severity }) => severity !== 'info');
  const matches = expected.map(each => ({ each, by: findings.filter(finding => isExpected(finding, each)) }));
  const found = matches.filter(({ by }) => by.length > 0);
  const rowOf = (finding: Said): Judged | undefined =>
    judged.find(({ rule, line }) => rule === finding.rule && isAt(finding, line));
  const others = loud.filter(finding => !expected.some(each => isExpected(finding, each)));
  const rows = others.map(rowOf).filter(row => row !== undefined);
  const count = (wanted: Judged['verdict']): number =>
    rows.filter(({ verdict }) => verdict === wanted).length;
  return {
    found: found.map(({ each }) => each),
    missed: matches.filter(({ by }) => by.length === 0).map(({ each }) => each),
    bytesOff: found.flatMap(({ each, by }) => {
      const claimed = by.map(bytesOf);
      return isRight(each, claimed) ? [] : [{ expected: each, claimed }];
    }),
    violated: mustNot.flatMap(each =>
      loud.filter(finding => isOf(finding, each)).map(finding => ({ mustNot: each, finding })),
    ),
    unjudged: others.filter(finding => rowOf(finding) === undefined),
    stale: judged.filter(row => !rows.includes(row)),
    verdicts: {
      useful: loud.length - others.length + count('useful'),
      noise: count('noise'),
      false: count('false'),
    },
  };
}

function isExpected(finding: Said, each: Expected): boolean {
  const { path = '' } = each;
  const isThere = path === '' || finding.evidence.paths.some(told => told.path.startsWith(path));
  return isThere && (isOf(finding, each) || isWrittenAt(finding, each));
}

/** Whether it names that line for what wrote the bytes in another stage, beside the copy that brought them. */
function isWrittenAt({ rule, location, related = null }: Said, { rules, line }: Expected): boolean {
  const isCopy = /^\s*(?:COPY|ADD)\b/i.test(location?.text ?? '');
  return isCopy && rules.includes(rule) && related !== null && isAt({ location: related }, line);
}

function isOf(finding: Said, { rules, line }: Pick<Expected, 'rules' | 'line'>): boolean {
  return rules.includes(finding.rule) && isAt(finding, line);
}

/** Without a line, wherever it is. */
function isAt({ location }: Pick<Said, 'location'>, line: number | null | undefined): boolean {
  if (line === null || line === undefined) return true;
  return location !== null && location.startLine <= line && line <= location.endLine;
}

export function bytesOf({ saving, evidence }: Said): number {
  return saving?.bytes ?? evidence.bytes;
}

/** One finding may say it, or several of which each says a part. */
function isRight({ bytes }: Expected, claimed: readonly number[]): boolean {
  if (bytes === null || bytes === undefined) return true;
  const all = claimed.reduce((sum, each) => sum + each, 0);
  return [...claimed, all].some(each => isNear(each, bytes));
}
