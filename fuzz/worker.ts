// Tries cases of one target, as its parent asks: what hangs, or fills the memory, ends this thread and no more.
import { Buffer } from 'node:buffer';
import { parentPort, workerData } from 'node:worker_threads';
import { Random } from './random.ts';
import { faultOf, type Target } from './target.ts';
import { findTarget } from './targets.ts';

/** Where this thread is: the number of the case it tries, plus one. */
const place = new Int32Array(workerData.place);
const target: Target = findTarget(workerData.target);

/** A request of the parent: many cases by their numbers, or one input. */
export type Request =
  | {
      readonly kind: 'cases';
      readonly seed: number;
      readonly from: number;
      readonly to: number;
      readonly until: number;
    }
  | { readonly kind: 'input'; readonly input: Uint8Array };

export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'fault'; readonly index: number; readonly fault: string; readonly stack: string }
  /** @param next the first case that was not tried */
  | { readonly kind: 'done'; readonly next: number };

function answer(message: Answer): void {
  parentPort?.postMessage(message);
}

/** Faults are told once each; the bound of time counts as long as it stays broken when the case is tried again. */
async function tryInput(index: number, input: Buffer, known: Set<string>): Promise<void> {
  const started = performance.now();
  let fault = await faultIn(input);
  // Asking for the time of the processor takes longer than most cases do.
  if (fault === null && performance.now() - started > target.maxMs) fault = await slownessOf(input);
  if (fault === null || known.has(fault.words)) return;
  known.add(fault.words);
  answer({ kind: 'fault', index, fault: fault.words, stack: fault.stack });
}

interface Fault {
  readonly words: string;
  readonly stack: string;
}

async function faultIn(input: Buffer): Promise<Fault | null> {
  try {
    const pending = target.check(input);
    if (pending !== undefined) await pending;
  } catch (error) {
    const words = faultOf(error);
    if (words !== null) return { words, stack: error instanceof Error ? (error.stack ?? '') : '' };
  }
  return null;
}

async function slownessOf(input: Buffer): Promise<Fault | null> {
  const started = process.cpuUsage();
  const fault = await faultIn(input);
  if (fault !== null) return fault;
  const { user, system } = process.cpuUsage(started);
  const milliseconds = (user + system) / 1000;
  return milliseconds <= target.maxMs
    ? null
    : { words: 'takes too long', stack: `${Math.round(milliseconds)} ms` };
}

parentPort?.on('message', async (request: Request) => {
  const known = new Set<string>();
  if (request.kind === 'input') {
    await tryInput(0, Buffer.from(request.input), known);
    answer({ kind: 'done', next: 1 });
    return;
  }
  const { seed, from, to, until } = request;
  let index = from;
  while (index < to && Date.now() < until) {
    place[0] = index + 1;
    await tryInput(index, target.generate(Random.ofCase(target.name, seed, index)), known);
    index += 1;
  }
  place[0] = 0;
  answer({ kind: 'done', next: index });
});
answer({ kind: 'ready' });
