import type { GitHubServer } from '../support/github-server/server.ts';
import { BOT } from './server-fixture.ts';

/** The tokens of both runs: the server tells by them whose request it holds back. */
export const RACING = {
  older: { ...BOT, access: 'write' },
  newer: { ...BOT, access: 'write' },
} as const;

export type Run = keyof typeof RACING;

/** Mulberry32: the same schedule for the same seed. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What can happen next; `start` is the push, where there is one, and the start of the newer run. */
export type Choose = (options: readonly (Run | 'start')[]) => Run | 'start';

/** Two runs whose requests pass one at a time, in the order that `choose` picks. */
export class Race<T> {
  readonly #github: GitHubServer;
  readonly #begin: (run: Run) => Promise<T>;
  readonly #waiting = new Map<Run, () => void>();
  readonly #running = new Map<Run, Promise<T>>();
  readonly #results = new Map<Run, T>();
  #changed: () => void = () => undefined;

  /** @param begin starts a run, and makes the push that it follows */
  constructor(github: GitHubServer, begin: (run: Run) => Promise<T>) {
    this.#github = github;
    this.#begin = begin;
    github.gate = ({ token }) =>
      new Promise(resolve => {
        this.#waiting.set(token === 'older' ? 'older' : 'newer', resolve);
        this.#changed();
      });
  }

  async play(choose: Choose): Promise<ReadonlyMap<Run, T>> {
    this.#start('older');
    let started = false;
    while (!started || this.#running.size > 0) {
      while (this.#waiting.size < this.#running.size) {
        await new Promise<void>(resolve => (this.#changed = resolve));
      }
      const options = [...this.#waiting.keys(), ...(started ? [] : (['start'] as const))].toSorted();
      if (options.length === 0) continue;
      const next = choose(options);
      if (next === 'start') {
        started = true;
        this.#start('newer');
      } else {
        const release = this.#waiting.get(next);
        this.#waiting.delete(next);
        const settled = new Promise<void>(resolve => (this.#changed = resolve));
        release?.();
        await settled;
      }
    }
    await Promise.all(this.#running.values());
    this.#github.gate = null;
    return this.#results;
  }

  #start(run: Run): void {
    const done = this.#begin(run).then(result => {
      this.#running.delete(run);
      this.#results.set(run, result);
      this.#changed();
      return result;
    });
    this.#running.set(run, done);
  }
}

/** One random interleaving, and how it went. */
export function randomly(
  seed: number,
  startAfter: number,
): { readonly choose: Choose; readonly schedule: string[] } {
  const next = random(seed);
  const eagerness = 0.2 + 0.6 * next();
  const schedule: string[] = [];
  const choose: Choose = options => {
    const wanted = next() < eagerness ? 'older' : 'newer';
    const start = options.includes('start') && (schedule.length >= startAfter || options.length === 1);
    const among = options.filter(option => option !== 'start');
    const chosen = start ? 'start' : (among.find(option => option === wanted) ?? among[0] ?? 'start');
    schedule.push(chosen);
    return chosen;
  };
  return { choose, schedule };
}

/** The newer run slips in whole when the older has made `step` requests; `slipped` tells whether it had one left. */
export function slippingIn(step: number): { readonly choose: Choose; readonly slipped: () => boolean } {
  let taken = 0;
  let slipped = false;
  const choose: Choose = options => {
    const older = options.includes('older');
    const isDone = !options.includes('newer') && !options.includes('start');
    if (older && (taken < step || isDone)) {
      taken += 1;
      return 'older';
    }
    slipped ||= older;
    if (options.includes('start')) return 'start';
    return options.includes('newer') ? 'newer' : 'older';
  };
  return { choose, slipped: () => slipped };
}
