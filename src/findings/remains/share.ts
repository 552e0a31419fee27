import type { Subject } from '../subject.ts';

const LEAST_BYTES = 5_000_000;
const LEAST_SHARE = 0.1;

/**
 * From here on what came along with packages is worth a word. 690 MB of compilers and libraries on Debian 12 come with
 * 37 MB of documentation and 48 MB of translations: five and six in a hundred, where no slim base leaves them out. Bytes.
 */
export function noticeableBytes({ analysis }: Subject): number {
  return Math.max(LEAST_BYTES, LEAST_SHARE * (analysis.ownSize ?? analysis.size));
}
