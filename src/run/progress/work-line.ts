import { formatSize } from '../../base/number-text.ts';
import { safeText } from '../../base/untrusted-text.ts';
import { fitEnd, fitMiddle } from '../../report/terminal/fit.ts';
import { columnsOf } from '../../report/text-width.ts';

/** How far work has come, for one line. Times are milliseconds, amounts bytes. */
export interface WorkState {
  readonly label: string;
  readonly waiting: string | null;
  readonly done: number;
  /** null where it is not known, or has turned out to be wrong. */
  readonly total: number | null;
  readonly isEstimate: boolean;
  readonly elapsedMs: number;
  /** Since anything was counted last. */
  readonly idleMs: number;
  /** Bytes a second; null where it cannot be told yet, or nothing comes. */
  readonly rate: number | null;
  /** null where nobody can tell. */
  readonly leftMs: number | null;
}

/** Columns of its label that are kept before the time left and the rate are. */
const MIN_LABEL = 24;
/** Nothing was counted for so long: that is what there is to say. Milliseconds. */
const STALLED_MS = 3_000;
/** What takes longer is no estimate. Milliseconds. */
const MAX_LEFT = 24 * 3_600_000;

/**
 * `Reading app:1: 412 MB of 1.3 GB, 96 MB/s, 9 s left`.
 * @param columns that it may take; its label gives way first, then what it says last
 * @param mask takes out of a line what nobody may read
 */
export function workLine(
  state: WorkState,
  columns = Number.POSITIVE_INFINITY,
  mask: (line: string) => string = line => line,
): string {
  const isWaiting = state.waiting !== null && state.done === 0;
  const label = safeText(mask(isWaiting ? (state.waiting ?? '') : state.label), 'log');
  if (state.done === 0) {
    const time = state.elapsedMs < 1000 ? '' : ` (${wholeTime(state.elapsedMs)})`;
    return join(label, time, columns);
  }
  const amounts = amountsOf(state);
  const needed = Math.min(MIN_LABEL, columnsOf(label));
  while (amounts.length > 1 && needed + columnsOf(tailOf(amounts)) > columns) amounts.pop();
  return join(label, tailOf(amounts), columns);
}

function join(label: string, tail: string, columns: number): string {
  const kept = fitMiddle(label, Math.max(0, columns - columnsOf(tail)));
  // Behind no label it needs nothing to stand apart from.
  return fitEnd(kept === '' ? tail.replace(/^: /, '') : `${kept}${tail}`, columns);
}

function tailOf(amounts: readonly string[]): string {
  return `: ${amounts.join(', ')}`;
}

/** What can be said, what matters most first. */
function amountsOf({ done, total, isEstimate, idleMs, rate, leftMs }: WorkState): string[] {
  const amounts = [
    total === null
      ? shortSize(done)
      : `${shortSize(Math.min(done, total))} of ${isEstimate ? 'about ' : ''}${shortSize(total)}`,
  ];
  if (idleMs >= STALLED_MS) return [...amounts, `nothing for ${wholeTime(idleMs)}`];
  if (rate !== null) amounts.push(`${shortSize(rate)}/s`);
  if (leftMs !== null && leftMs <= MAX_LEFT)
    amounts.push(`${wholeTime(Math.ceil(leftMs / 1000) * 1000)} left`);
  return amounts;
}

/** `412 MB`, `9.6 MB`, `1.3 GB`: no more digits than can be read while they change. */
function shortSize(bytes: number): string {
  const text = formatSize(Math.round(bytes));
  return text.replace(/^(\d{2,})\.\d (?=[kM]B$)/, '$1 ');
}

/** `9 s`, `3 min 5 s`, `1 h 2 min`, of milliseconds: whole seconds that have passed. */
function wholeTime(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
