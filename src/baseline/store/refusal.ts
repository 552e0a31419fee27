import { DeadweightError, messageOf } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';

/** Where a store tells what it could not do. */
export type NoticeSink = (notice: Notice) => void;

/** What happened and what to do, as one text; anything that is not ours has no remedy. */
export function sentenceOf(error: unknown): string {
  if (error instanceof DeadweightError) return `${error.message} ${error.remedy}`;
  return `${messageOf(error).replace(/\.$/, '')}.`;
}

/** An entry that is there and cannot be trusted or read. */
export function refusedEntry(name: string, error: unknown): Notice {
  return { code: 'snapshot-refused', message: `${sentenceOf(error)} (Entry ${name}.)` };
}
