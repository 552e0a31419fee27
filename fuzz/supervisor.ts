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

/** Runs cases of a target on a thread, and watches it: a hang or the end of memory is a fault of the case. */
export class Supervisor {
  readonly #target: Target;
  #worker: Worker | null = null;
  #place = new Int32Array(new SharedArrayBuffer(4));

  constructor(target: Target) {
    this.#target = target;
  }

  /** @returns the faults of these cases, the number of the first that was not tried. */
  async run(
    seed: number,
    from: number,
    to: number,
    until: number,
  ): Promise<{ faults: Fault[]; next: number }> {
    const faults: Fault[] = [];
    let next = from;
    while (next < to && Date.now() < until) {
      const { found, end } = await this.#ask({ kind: 'cases', seed, from: next, to, until });
      faults.push(...found);
      next = end;
    }
    return { faults, next };
  }

  /** @returns what is wrong with an input; null when nothing is */
  async try(input: Uint8Array): Promise<string | null> {
    const { found } = await this.#ask({ kind: 'input', input });
    return found[0]?.fault ?? null;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = null;
  }

  async #ask(request: Request): Promise<{ found: Fault[]; end: number }> {
    const worker = await this.#start();
    const found: Fault[] = [];
    const first = request.kind === 'cases' ? request.from : 0;
    this.#place[0] = first + 1;
    return await new Promise(resolve => {
      const finish = (end: number): void => {
        clearInterval(watch);
        for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
        worker.on('error', () => undefined);
        resolve({ found, end });
      };
      const giveUp = (fault: string, stack: string): void => {
        const index = Math.max(first, (this.#place[0] ?? 1) - 1);
        found.push({ index, fault, stack });
        this.#worker = null;
        void worker.terminate();
        finish(index + 1);
      };
      const watch = this.#watch(giveUp);
      worker.on('message', (answer: Answer) => {
        if (answer.kind === 'fault') found.push(answer);
        else if (answer.kind === 'done') finish(answer.next);
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

  #watch(giveUp: (fault: string, stack: string) => void): NodeJS.Timeout {
    let seen = this.#place[0];
    let since = { cpu: process.cpuUsage(), at: Date.now() };
    return setInterval(() => {
      const resident = process.memoryUsage.rss() / 1024 ** 2;
      if (resident > MAX_RESIDENT) return giveUp('fills the memory', `${Math.round(resident)} MiB`);
      if (this.#place[0] !== seen) {
        seen = this.#place[0];
        since = { cpu: process.cpuUsage(), at: Date.now() };
        return;
      }
      const { user, system } = process.cpuUsage(since.cpu);
      const milliseconds = (user + system) / 1000;
      const isHanging = milliseconds > this.#target.maxMs * PATIENCE + 2000;
      if (isHanging || Date.now() - since.at > MAX_WAIT + milliseconds * 20) {
        giveUp(
          isHanging ? 'takes too long' : 'never comes to an end: it waits',
          `${Math.round(milliseconds)} ms`,
        );
      }
    }, WATCH);
  }

  /** Loads the target, so that its time is its own. */
  async ready(): Promise<void> {
    await this.#start();
  }

  async #start(): Promise<Worker> {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { target: this.#target.name, place: this.#place.buffer },
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP, maxYoungGenerationSizeMb: 64 },
    });
    this.#worker = worker;
    await once(worker, 'message');
    return worker;
  }
}
