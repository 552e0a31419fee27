import type { GitHubServer } from '../../support/github-server/server.ts';
import { random } from '../race.ts';

/**
 * Time for many runs at once, in which requests and waits take what they take on GitHub and nobody waits for it: whatever
 * is due first goes on when all others stand still, so that the same seed gives the same order.
 */
export class VirtualTime {
  readonly random: () => number;
  readonly clock = { now: (): number => this.#now };
  #now = Date.UTC(2026, 0, 1);
  #active: number;
  #waiting: { readonly due: number; readonly resume: () => void }[] = [];

  /** @param runs that are about to begin: none goes on before all of them stand still */
  constructor(github: GitHubServer, runs: number, seed: number) {
    this.random = random(seed);
    this.#active = runs;
    github.gate = () => this.#until(this.#now + 60 + 120 * this.random());
  }

  readonly sleep = (milliseconds: number): Promise<void> => this.#until(this.#now + milliseconds);

  /** Of one of the runs, which is over then. */
  async run<T>(body: () => Promise<T>): Promise<T> {
    try {
      return await body();
    } finally {
      this.#active -= 1;
      this.#next();
    }
  }

  #until(due: number): Promise<void> {
    return new Promise(resume => {
      this.#waiting.push({ due, resume });
      this.#next();
    });
  }

  #next(): void {
    if (this.#active === 0 || this.#waiting.length < this.#active) return;
    const first = this.#waiting.reduce((one, other) => (other.due < one.due ? other : one));
    this.#waiting.splice(this.#waiting.indexOf(first), 1);
    this.#now = Math.max(this.#now, first.due);
    first.resume();
  }
}
