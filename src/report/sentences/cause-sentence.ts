import { formatSizeDelta } from '../../base/number-text.ts';
import { type Phrase, phrase, strong } from '../../base/phrase.ts';
import type { CauseRow } from '../cause-rows.ts';

/** `+38.2 MB vim added, with vim-runtime 36.1 MB and 4 more packages (Dockerfile:3 RUN apt-get install …)`. */
export function causeSentence({ bytes, what, where }: Omit<CauseRow, 'layers'>): Phrase {
  const place = where.length === 0 ? [] : phrase` (${where})`;
  return phrase`${strong(formatSizeDelta(bytes))} ${what}${place}`;
}
