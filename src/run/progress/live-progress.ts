import type { Progress } from '../../base/effects.ts';
import type { LiveArea } from '../live-area.ts';
import { SHOWN_AFTER, type WorkInHand } from './work-in-hand.ts';
import { workLine } from './work-line.ts';
import { WorkList } from './work-list.ts';

const REDRAW_MS = 100;
/** Behind work that was shown, what comes next needs no such time: nothing blinks for it. Milliseconds. */
const NEXT_AFTER = 100;

/**
 * One line on a terminal, drawn over itself and taken away when the work is done; not while a build is drawn there.
 * @param mask takes out of a line what nobody may read
 */
export function liveProgress(
  area: LiveArea,
  now: () => number,
  mask: (line: string) => string = line => line,
): Progress {
  let drawn = '';
  let drawnWork: WorkInHand | null = null;
  let [drawnAt, goneAt] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const takeAway = (): void => {
    if (drawn === '') return;
    drawn = '';
    goneAt = now();
    if (!area.isTaken) area.clear();
  };
  return new WorkList(now, REDRAW_MS, list => {
    const work = list.latest(now() - goneAt < SHOWN_AFTER ? NEXT_AFTER : SHOWN_AFTER);
    if (work === null || area.isTaken) return takeAway();
    const isSoon = now() >= drawnAt && now() - drawnAt < REDRAW_MS;
    if (drawn !== '' && work === drawnWork && isSoon) return;
    drawnWork = work;
    drawnAt = now();
    const line = workLine(work.state(drawnAt), area.columns, mask);
    if (line === drawn) return;
    drawn = line;
    area.draw([line]);
  });
}
