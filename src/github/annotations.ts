import type { Annotation } from '../report/annotation.ts';

interface AnnotationProperties {
  readonly title: string;
  readonly file: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** Where they go: `@actions/core` is one. */
export interface AnnotationSink {
  error(message: string, properties: AnnotationProperties): void;
  warning(message: string, properties: AnnotationProperties): void;
  notice(message: string, properties: AnnotationProperties): void;
  /** A line of the log that makes no annotation. */
  info(message: string): void;
}

/** GitHub shows ten of each kind a step and drops the rest in silence. */
const PER_LEVEL = 10;
const LEVELS = ['error', 'warning', 'notice'] as const;

/**
 * Emits what GitHub will show, in the given order, and counts the rest in one line of the log.
 * @param taken annotations that the step makes elsewhere: an action that fails makes one error.
 * @returns how many were left out.
 */
export function emitAnnotations(
  annotations: readonly Annotation[],
  sink: AnnotationSink,
  taken: Partial<Record<Annotation['level'], number>> = {},
): number {
  const omitted: string[] = [];
  let count = 0;
  for (const level of LEVELS) {
    const all = annotations.filter(annotation => annotation.level === level);
    const shown = all.slice(0, Math.max(0, PER_LEVEL - (taken[level] ?? 0)));
    for (const { message, title, file, startLine, endLine } of shown) {
      sink[level](message, { title, file, startLine, endLine });
    }
    const rest = all.length - shown.length;
    if (rest > 0) omitted.push(`${rest} ${level}${rest === 1 ? '' : 's'}`);
    count += rest;
  }
  if (count > 0) {
    sink.info(`Not annotated, since GitHub shows ${PER_LEVEL} of each kind: ${omitted.join(', ')}.`);
  }
  return count;
}
