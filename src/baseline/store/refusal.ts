import { sentenceOf } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';

/** An entry that is there and cannot be trusted or read. */
export function refusedEntry(name: string, error: unknown): Notice {
  return { code: 'snapshot-refused', message: `${sentenceOf(error)} (Entry ${name}.)` };
}
