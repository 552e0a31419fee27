import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { MAX_HEAP, MAX_RESIDENT, type Target } from './target.ts';
import type { Answer, Request } from './worker.ts';

/** A case that is wrong, and how. */
export interface Fault {
  /** The number of the case. */
  readonly index: number;
  readonly fault: string;
  readonly stack: string;
}

/** How often the watch looks at the thread. Milliseconds. */
const WATCH = 100;
/** Times its bound that a case may take before the thread is ended: what ends by itself tells more. */
const PATIENCE = 8;
/** Without any work of the processor a case waits for something that never comes. Milliseconds. */
const MAX_WAIT = 60_000;

/** Cases of one target, by their numbers. */
export interface Cases {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

interface Outcome {
  readonly faults: readonly Fault[];
  /** The number of the first case that was not tried. */
  readonly next: number;
  /** Readers that took an input. */
  readonly accepted: ReadonlySet<string>;
}

/** Runs cases of targets on a thread, and watches it: a hang or the end of memory is a fault of the case. */
export class Supervisor {
  readonly #program: URL;
  #worker: Worker | null = null;
  #place = new Int32Array(new SharedArrayBuffer(4));

  /** @param program what the thread runs; for tests */
  constructor(program = new URL('./worker.ts', import.meta.url)) {
    this.#program = program;
  }

  async run(target: Pick<Target, 'name' | 'maxMs'>, { seed, from, to, until }: Cases): Promise<Outcome> {
    const faults: Fault[] = [];
    const accepted = new Set<string>();
    let next = from;
    while (next < to && Date.now() < until) {
      const request = { kind: 'cases', target: target.name, seed, from: next, to, until } as const;
      const outcome = await this.#ask(request, target.maxMs);
      faults.push(...outcome.faults);
      for (const reader of outcome.accepted) accepted.add(reader);
      next = outcome.next;
    }
    return { faults, next, accepted };
  }

  /** @returns what is wrong with an input; null when nothing is */
  async try({ name, maxMs }: Target, input: Uint8Array): Promise<string | null> {
    const { faults } = await this.#ask({ kind: 'input', target: name, input }, maxMs);
    return faults[0]?.fault ?? null;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = null;
  }

  async #ask(request: Request, maxMs: number): Promise<Outcome> {
    const worker = await this.#start();
    const faults: Fault[] = [];
    const first = request.kind === 'cases' ? request.from : 0;
    this.#place[0] = first + 1;
    return await new Promise(resolve => {
      const finish = (next: number, accepted: readonly string[] = []): void => {
        clearInterval(watch);
        for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
        worker.on('error', () => undefined);
        resolve({ faults, next, accepted: new Set(accepted) });
      };
      const giveUp = (fault: string, stack: string): void => {
        const index = Math.max(first, (this.#place[0] ?? 1) - 1);
        faults.push({ index, fault, stack });
        this.#worker = null;
        void worker.terminate();
        finish(index + 1);
      };
      const watch = this.#watch(maxMs, giveUp);
      worker.on('message', (answer: Answer) => {
        if (answer.kind === 'fault') faults.push(answer);
        else if (answer.kind === 'done') finish(answer.next, answer.accepted);
      });
      worker.on('error', error => {
        const isMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
        giveUp(
          isMemory ? 'fills the heap' : `ends the thread: ${error.message.slice(0, 100)}`,
          error.stack ?? '',
        );
      });
      worker.on('exit', () => giveUp('never comes to an end: it waits for nothing', ''));
      worker.postMessage(request);
    });
  }

  #watch(maxMs: number, giveUp: (fault: string, stack: string) => void): NodeJS.Timeout {
    let seen = this.#place[0];
    let since = { cpu: process.cpuUsage(), at: Date.now() };
    // Tests share the process with what ran before.
    const before = process.memoryUsage.rss();
    return setInterval(() => {
      const resident = (process.memoryUsage.rss() - before) / 1024 ** 2;
      if (resident > MAX_RESIDENT) return giveUp('fills the memory', `${Math.round(resident)} MiB`);
      if (this.#place[0] !== seen) {
        seen = this.#place[0];
        since = { cpu: process.cpuUsage(), at: Date.now() };
        return;
      }
      const { user, system } = process.cpuUsage(since.cpu);
      const milliseconds = (user + system) / 1000;
      const isHanging = milliseconds > maxMs * PATIENCE + 2000;
      if (isHanging || Date.now() - since.at > MAX_WAIT + milliseconds * 20) {
        giveUp(
          isHanging ? 'takes too long' : 'never comes to an end: it waits',
          `${Math.round(milliseconds)} ms`,
        );
      }
    }, WATCH);
  }

  /** Loads the targets, so that the time of a case is its own. */
  async ready(): Promise<void> {
    await this.#start();
  }

  async #start(): Promise<Worker> {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(this.#program, {
      workerData: { place: this.#place.buffer },
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP, maxYoungGenerationSizeMb: 64 },
    });
    this.#worker = worker;
    await once(worker, 'message');
    return worker;
  }
}
