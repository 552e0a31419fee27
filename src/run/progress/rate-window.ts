/** How far work had come at a time. Milliseconds and bytes. */
interface Sample {
  readonly at: number;
  readonly done: number;
}

/** What was longer ago tells nothing of how fast it goes now. Milliseconds. */
const WINDOW = 5_000;
/** Between two samples. Milliseconds. */
const SPACING = 200;
/** Shorter windows tell no rate: what was in a buffer comes at once. Milliseconds. */
const MIN_RATE_SPAN = 1_000;
/** Shorter windows tell no time left. Milliseconds. */
const MIN_LEFT_SPAN = 2_000;
/** Times that the rate of one half of the window may be that of the other, for the time left to be told. */
const STEADY = 2;
/** Nothing came for so long: what came before it tells nothing of what will come behind it. Milliseconds. */
const STALL = 3_000;

/**
 * How fast work went lately. What it does first, and what it waited for, is left out: over all of the time, one slow start
 * makes hours of minutes.
 */
export class RateWindow {
  #samples: Sample[] = [];
  /** When more was done than before. */
  #movedAt = 0;

  /** @param now never before the last one */
  add(now: number, done: number): void {
    const last = this.#samples.at(-1);
    if (last === undefined || done > last.done) {
      if (now - this.#movedAt >= STALL) this.#samples = [];
      this.#movedAt = now;
    }
    if (last !== undefined && now - last.at < SPACING) return;
    this.#samples.push({ at: now, done });
    while ((this.#samples[1]?.at ?? now) <= now - WINDOW) this.#samples.shift();
  }

  /** Bytes a second; null where too little is known, or nothing moved. */
  rate(): number | null {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.at - first.at < MIN_RATE_SPAN) return null;
    return speed(first, last);
  }

  /** Milliseconds; null where too little is known, or it goes now fast and now slowly. */
  left(remaining: number): number | null {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.at - first.at < MIN_LEFT_SPAN) return null;
    const middle = this.#samples.find(({ at }) => at >= (first.at + last.at) / 2) ?? last;
    const [before, after] = [speed(first, middle), speed(middle, last)];
    const whole = speed(first, last);
    if (before === null || after === null || whole === null) return null;
    if (Math.max(before, after) > STEADY * Math.min(before, after)) return null;
    return (Math.max(0, remaining) / whole) * 1000;
  }
}

function speed(from: Sample, to: Sample): number | null {
  const milliseconds = to.at - from.at;
  const bytes = to.done - from.done;
  return milliseconds <= 0 || bytes <= 0 ? null : (bytes / milliseconds) * 1000;
}
