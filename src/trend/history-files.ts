import type { Notice } from '../base/notice.ts';
import { plural } from '../base/number-text.ts';
import { quote } from '../base/untrusted-text.ts';
import { countNewer, readHistory } from './history.ts';
import { seriesOf } from './series.ts';
import type { NamedSeries } from './trend-report.ts';

/** A file of a history, wherever it lies. */
export interface HistoryFile {
  readonly name: string;
  /** null where it is no file that can be read. */
  readonly text: string | null;
  /** Why it is not, to follow "cannot be read:". */
  readonly why?: string;
}

export interface ReadFiles {
  readonly images: readonly NamedSeries[];
  /** `history-unread`. */
  readonly notices: readonly Notice[];
}

/**
 * What files tell that may hold anything; what cannot be read is a notice a file. Images by title and platform.
 * @param now milliseconds since the epoch
 */
export function readHistoryFiles(files: readonly HistoryFile[], now: number): ReadFiles {
  const images: NamedSeries[] = [];
  const notices: Notice[] = [];
  for (const { name, text, why } of files) {
    if (text === null) {
      notices.push(unreadNotice(`${quote(name)} cannot be read: ${why ?? 'it is no file'}.`));
      continue;
    }
    const history = readHistory(text);
    const series = seriesOf(history, now);
    if (series.length > 0) images.push({ file: name, series });
    const left = [history.unread, newerText(countNewer(history))].filter(part => part !== null);
    if (left.length > 0) notices.push(unreadNotice(`${quote(name)} has ${left.join(' and ')}.`));
  }
  const labelOf = ({ series }: NamedSeries): string => `${series.at(-1)?.title} ${series.at(-1)?.platform}`;
  return {
    images: images.toSorted((one, other) => (labelOf(one) < labelOf(other) ? -1 : 1)),
    notices,
  };
}

/** Lines of a newer version, as a part of a sentence; null where there are none. */
export function newerText(count: number): string | null {
  return count === 0 ? null : `${plural(count, 'line')} of a newer version of Deadweight`;
}

function unreadNotice(message: string): Notice {
  return { code: 'history-unread', message: `The history ${message}` };
}
