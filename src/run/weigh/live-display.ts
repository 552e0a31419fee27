import { emptyBuildProgress, reduceBuildProgress } from '../../build/progress.ts';
import type { ProgressEvent } from '../../build/progress-event.ts';
import type { LiveArea } from '../live-area.ts';
import type { BuildDisplay } from './build-display.ts';
import { drawBuild } from './build-picture.ts';

const REDRAW_MS = 100;

/**
 * The steps of a build while it runs, drawn over themselves on a terminal; nothing is left of them.
 * @param mask takes out of a line what nobody may read
 */
export function liveDisplay(area: LiveArea, now: () => number, mask: (line: string) => string): BuildDisplay {
  return {
    async show(title, body) {
      const startedAt = now();
      const clock = new BuilderClock(now);
      let state = emptyBuildProgress;
      const draw = (): void => {
        const { columns, rows } = area;
        const elapsedMs = now() - startedAt;
        area.draw(drawBuild({ title, state, elapsedMs, now: clock.now(), columns, rows, mask }));
      };
      const leave = area.take();
      const timer = setInterval(draw, REDRAW_MS);
      try {
        return await body(event => {
          clock.learn(event);
          state = reduceBuildProgress(state, event);
        });
      } finally {
        clearInterval(timer);
        leave();
      }
    },
  };
}

/** The clock of the builder's machine, which may be another: by what came soonest after it had happened. */
class BuilderClock {
  readonly #now: () => number;
  #behind: number | null = null;

  constructor(now: () => number) {
    this.#now = now;
  }

  learn(event: ProgressEvent): void {
    if (event.kind !== 'step' || event.startedAt === null) return;
    const behind = this.#now() - (event.completedAt ?? event.startedAt);
    if (this.#behind === null || behind < this.#behind) this.#behind = behind;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#now() - (this.#behind ?? 0);
  }
}
