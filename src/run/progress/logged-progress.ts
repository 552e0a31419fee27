import type { Log, Progress } from '../../base/effects.ts';
import { SHOWN_AFTER } from './work-in-hand.ts';
import { workLine } from './work-line.ts';
import { WorkList } from './work-list.ts';

const LOOK_MS = 1_000;
/** Between two lines, and before the first one. Milliseconds. */
const LINE_MS = 10_000;

/** A line of the log every ten seconds, for as long as there is work: in a runner nobody sees a line that is drawn over. */
export function loggedProgress(log: Pick<Log, 'info'>, now: () => number): Progress {
  /** When the last line was written, or what is going on began. */
  let since = 0;
  let isIdle = true;
  return new WorkList(now, LOOK_MS, list => {
    const at = now();
    if (isIdle && (at - since >= LINE_MS || at < since)) since = at;
    isIdle = list.latest(0) === null;
    const work = list.latest(SHOWN_AFTER);
    const state = work?.state(at);
    if (state === undefined || at - since < LINE_MS) return;
    since = at;
    log.info(workLine(state));
  });
}
