import type { z } from 'zod';
import { describeIssue } from '../base/schema-issue.ts';
import { formatIssues } from './event-details.ts';

/** An answer as Octokit gives it: whatever came, with any status below 400. */
export interface OctokitAnswer {
  /** Parsed JSON; a string or an ArrayBuffer for anything else. */
  readonly data: unknown;
  readonly headers: { readonly link?: string | undefined };
}

/** Something answered, and it is not what GitHub answers: the page of a proxy, or JSON of another shape. */
export class UnreadableAnswer extends Error {}

/** Octokit gives an empty text for an answer that ended early. Has the status of Octokit's errors without an answer. */
class LostAnswer extends Error {
  readonly status = 500;

  constructor() {
    super('its answer was empty, or was cut off');
  }
}

/**
 * The part of an answer that is used. Octokit's types say what GitHub documents; nothing checks them.
 * @throws UnreadableAnswer, LostAnswer
 */
export function checkAnswer<T>(schema: z.ZodType<T>, data: unknown): T {
  const result = schema.safeParse(data, { error: describeIssue });
  if (result.success) return result.data;
  if (data === '') throw new LostAnswer();
  const isJson = typeof data !== 'string' && !(data instanceof ArrayBuffer);
  throw new UnreadableAnswer(isJson ? formatIssues(result.error) : 'it is not JSON');
}
