import { formatSize } from '../base/number-text.ts';
import { message, phrase, plainText } from '../base/phrase.ts';
import { brief, clip, oneLine, visible } from '../base/untrusted-text.ts';
import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import { budgetSentence, exceededBudgets } from './budget-cell.ts';
import { excessCause } from './excess-cause.ts';
import { type FailureReport, failureSentence } from './failure.ts';
import { lineDiff } from './line-diff.ts';
import { MAX_FINDINGS, type Report, type ReportFinding } from './report.ts';
import { findingLine } from './sentences/finding-line.ts';
import { isWaived } from './waiver.ts';

/** A remark at lines of a file, as GitHub shows it beside the change. Plain text on one line. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly file: string;
  /** 1-based, inclusive. */
  readonly startLine: number;
  readonly endLine: number;
  readonly title: string;
  readonly message: string;
}

interface Ranked {
  readonly annotation: Annotation;
  readonly bytes: number;
}

const LEVELS = { error: 0, warning: 1, notice: 2 } as const;
const MAX_TITLE_LENGTH = 120;
const MAX_MESSAGE_LENGTH = 1000;

/** Lines and characters of a fix that an annotation has room for. */
const MAX_FIX_LINES = 4;
const MAX_FIX_LENGTH = 400;

/**
 * What has a place in a Dockerfile: findings, exceeded budgets, warnings of BuildKit.
 * Severest first, then most bytes first.
 * @param suggested findings that a suggestion tells already, at the same lines
 */
export function annotationsOf(
  report: Report,
  suggested: ReadonlySet<ReportFinding> = new Set(),
): readonly Annotation[] {
  const findings = report.findings.slice(0, MAX_FINDINGS).filter(finding => !suggested.has(finding));
  const all = [...budgetAnnotations(report), ...findingAnnotations(findings), ...warningAnnotations(report)];
  return all
    .sort((a, b) => LEVELS[a.annotation.level] - LEVELS[b.annotation.level] || b.bytes - a.bytes)
    .slice(0, MAX_FINDINGS)
    .map(({ annotation }) => annotation);
}

/** Why an image could not be weighed, at its line; none where no line is known. */
export function failureAnnotations(failure: FailureReport): readonly Annotation[] {
  const { code, location, excerpt } = failure.error;
  if (location === null) return [];
  const last = excerpt.findLast(line => line.trim() !== '');
  const printed = last === undefined ? [] : phrase` It printed last: ${message(last, 300)}`;
  const text = plainText(phrase`${message(failureSentence(failure), 600)}${printed}`);
  const title = code === 'build-failed' ? 'The build failed' : 'The image could not be weighed';
  return [rank('error', location, title, text, 0).annotation];
}

function budgetAnnotations(report: Report): readonly Ranked[] {
  return exceededBudgets(report).flatMap(budget => {
    const cause = excessCause(report, budget.name);
    if (!cause?.location) return [];
    const sentence = phrase`${budgetSentence(budget)}: ${cause.text}.`;
    const level = budget.level === 'fail' && !isWaived(report) ? 'error' : 'warning';
    const title = `Over budget: ${budget.name}`;
    return [rank(level, cause.location, title, plainText(sentence), cause.bytes)];
  });
}

function findingAnnotations(findings: readonly ReportFinding[]): readonly Ranked[] {
  const levels = { error: 'error', warning: 'warning', info: 'notice' } as const;
  return findings.flatMap(finding => {
    if (!finding.location) return [];
    const sentence = phrase`${findingLine(finding)}${newLines(finding)}`;
    const bytes = finding.saving?.bytes ?? finding.evidence.bytes;
    const title = finding.saving
      ? `${finding.rule}: saves ${formatSize(finding.saving.bytes)}`
      : finding.rule;
    return [rank(levels[finding.severity], finding.location, title, plainText(sentence), bytes)];
  });
}

/** ` The new lines: RUN apt-get update && \ ⏎ …`, where the fix is short. */
function newLines({ patch }: ReportFinding): string {
  if (!patch || patch.after.length + patch.before.length > 40) return '';
  const added = lineDiff(patch.before, patch.after).filter(({ sign }) => sign === '+');
  if (added.length === 0 || added.length > MAX_FIX_LINES) return '';
  const text = added.map(line => oneLine(line.text.slice(0, 2 * MAX_FIX_LENGTH))).join(' ⏎ ');
  const lines = added.length === 1 ? 'line' : 'lines';
  return text.length > MAX_FIX_LENGTH ? '' : ` The new ${lines}: ${visible(text)}`;
}

function warningAnnotations(report: Report): readonly Ranked[] {
  return (report.build?.warnings ?? []).slice(0, MAX_FINDINGS).flatMap(warning => {
    const { file, startLine, endLine } = warning;
    if (file === null || startLine === null) return [];
    const location = { file, startLine, endLine: endLine ?? startLine };
    return [rank('warning', location, `BuildKit: ${warning.rule}`, plainText(message(warning.message)), 0)];
  });
}

function rank(
  level: Annotation['level'],
  { file, startLine, endLine }: Omit<InstructionLocation, 'text'>,
  title: string,
  text: string,
  bytes: number,
): Ranked {
  const annotation = {
    level,
    file: brief(file, 1000),
    startLine,
    endLine: Math.max(startLine, endLine),
    title: brief(title, MAX_TITLE_LENGTH),
    message: clip(text, MAX_MESSAGE_LENGTH),
  };
  return { annotation, bytes };
}
