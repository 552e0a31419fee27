import type { Work } from '../../base/effects.ts';
import { RateWindow } from './rate-window.ts';
import type { WorkState } from './work-line.ts';

/** What takes less is not shown. Milliseconds. */
export const SHOWN_AFTER = 500;
/** Times a total that is only about right: what is done beyond that shows that it is wrong. */
const ESTIMATE_SLACK = 1.25;
/** Rate and time left change so often: numbers that run cannot be read. Milliseconds. */
const READABLE = 1_000;

/** Work that is going on: what was counted of it, and what can be told from that. */
export class WorkInHand {
  readonly begunAt: number;
  readonly isLong: boolean;
  readonly #work: Work;
  readonly #window = new RateWindow();
  #done = 0;
  #seen = 0;
  #movedAt: number;
  #told: { readonly at: number; readonly rate: number | null; readonly leftMs: number | null } | null = null;

  /** @param now milliseconds since the epoch */
  constructor(work: Work, now: number) {
    this.#work = work;
    this.begunAt = now;
    this.isLong = work.isLong === true;
    this.#movedAt = now;
  }

  /** What is no number of bytes is not counted: no line goes backwards. */
  count(bytes: number): void {
    if (bytes > 0 && Number.isFinite(bytes)) this.#done += bytes;
  }

  /** @param now milliseconds since the epoch; a clock that was set back stands still */
  state(now: number): WorkState {
    const at = Math.max(now, this.#movedAt);
    if (this.#done > this.#seen) {
      this.#seen = this.#done;
      this.#movedAt = at;
    }
    if (this.#done > 0) this.#window.add(at, this.#done);
    const total = this.#total();
    if (this.#told === null || at - this.#told.at >= READABLE) {
      const leftMs = total === null ? null : this.#window.left(total - this.#done);
      this.#told = { at, rate: this.#window.rate(), leftMs };
    }
    const { rate, leftMs } = this.#told;
    return {
      label: this.#work.label,
      waiting: this.#work.waiting ?? null,
      done: this.#done,
      total,
      isEstimate: this.#work.isEstimate === true,
      elapsedMs: Math.max(0, at - this.begunAt),
      idleMs: at - this.#movedAt,
      rate,
      // A total that is about right is met before the end.
      leftMs: total === null || this.#done >= total ? null : leftMs,
    };
  }

  /** A total that is less than what was done is none. */
  #total(): number | null {
    const { total = null, isEstimate = false } = this.#work;
    if (total === null || !Number.isFinite(total) || total <= 0) return null;
    return this.#done > total * (isEstimate ? ESTIMATE_SLACK : 1) ? null : total;
  }
}
