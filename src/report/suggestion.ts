import { phrase } from '../base/phrase.ts';
import { hidesNothing } from '../base/untrusted-text.ts';
import { meet, type Patch } from '../findings/fix/patch-lines.ts';
import { fenced, phraseMarkdown } from './markdown/markdown-text.ts';
import { MAX_FINDINGS, type Report, type ReportFinding } from './report.ts';
import { ruleAside, suggestionLine } from './sentences/finding-line.ts';

/** A fix as a change of lines that a reader of a pull request can commit with one click. */
export interface Suggestion {
  readonly patch: Patch;
  /** The lines that it is about, 1-based, inclusive: those that it replaces, and those of its findings. */
  readonly about: { readonly start: number; readonly end: number };
  /** What it mends, of all reports that have it. */
  readonly findings: readonly ReportFinding[];
  /** Markdown: what is wrong, what the fix saves, and GitHub's block with the lines. */
  readonly text: string;
}

interface Fix {
  readonly patch: Patch;
  readonly findings: readonly ReportFinding[];
}

/** Lines that a suggestion replaces: it is read whole, beside the diff. */
const MAX_LINES = 40;
/** GitHub refuses comments of more than 65,536 characters; a marker stands before the text. */
const MAX_LENGTH = 60_000;

/**
 * The fixes that can be suggested, the highest ranked first; no two of them change the same line. A fix is suggested
 * whole or not at all. Reports of several platforms have the same fixes: each is there once.
 */
export function suggestionsOf(reports: readonly Report[]): readonly Suggestion[] {
  const chosen: Suggestion[] = [];
  for (const report of reports) {
    for (const fix of findFixes(report)) {
      const same = chosen.findIndex(({ patch }) => isSame(patch, fix.patch));
      const known = chosen[same];
      if (known !== undefined) {
        chosen[same] = { ...known, findings: [...known.findings, ...fix.findings] };
      } else if (!chosen.some(({ patch }) => meet(patch, fix.patch)) && isShown(fix.patch)) {
        const text = textOf(fix, report);
        if (text.length <= MAX_LENGTH) chosen.push({ ...fix, about: aboutOf(fix), text });
      }
    }
  }
  return chosen;
}

/** Each finding's own fix, or the one that it has in common with others, at the rank of the first of them. */
function findFixes(report: Report): readonly Fix[] {
  const findings = report.findings.slice(0, MAX_FINDINGS);
  const combined = new Map<ReportFinding, Fix>();
  for (const { findings: indexes, patch } of (report.combinedPatches ?? []).slice(0, MAX_FINDINGS)) {
    const members = indexes.slice(0, MAX_FINDINGS).flatMap(index => findings[index] ?? []);
    const fix = { patch, findings: members };
    for (const member of members) if (!combined.has(member)) combined.set(member, fix);
  }
  const fixes = findings.flatMap((finding): readonly Fix[] => {
    const own = finding.patch ? [{ patch: finding.patch, findings: [finding] }] : [];
    const common = combined.get(finding);
    return common ? [common] : own;
  });
  return [...new Set(fixes)];
}

function isSame(a: Patch, b: Patch): boolean {
  return (
    a.file === b.file &&
    a.startLine === b.startLine &&
    areSame(a.before, b.before) &&
    areSame(a.after, b.after)
  );
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index]);
}

/** Whether it is short, and a reader sees all that he commits: GitHub may also write a carriage return otherwise. */
function isShown({ before, after }: Patch): boolean {
  return (
    before.length <= MAX_LINES &&
    after.length <= 2 * MAX_LINES &&
    [...before, ...after].every(line => hidesNothing(line, 'diff'))
  );
}

function aboutOf({ patch, findings }: Fix): Suggestion['about'] {
  const places = findings.flatMap(({ location }) => (location?.file === patch.file ? [location] : []));
  return {
    start: Math.min(patch.startLine, ...places.map(({ startLine }) => startLine)),
    end: Math.max(patch.startLine + patch.before.length - 1, ...places.map(({ endLine }) => endLine)),
  };
}

function textOf({ patch, findings }: Fix, { context }: Report): string {
  const sentences = findings.map(finding =>
    phraseMarkdown(phrase`${suggestionLine(finding)}${ruleAside(finding)}`, context),
  );
  const said = sentences.length > 1 ? sentences.map(text => `- ${text}`).join('\n') : sentences.join('');
  return `${said}\n\n${fenced('suggestion', patch.after)}`;
}
