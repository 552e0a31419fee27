// Tries cases of targets, as its parent asks: what hangs, or fills the memory, ends this thread and no more.
import { Buffer } from 'node:buffer';
import { parentPort, workerData } from 'node:worker_threads';
import { Random } from './random.ts';
import { faultOf, type Target, takeAccepted } from './target.ts';
import { findTarget } from './targets.ts';

/** Where this thread is: the number of the case it tries, plus one. */
const place = new Int32Array(workerData.place);

/** A request of the parent: many cases by their numbers, or one input. */
export type Request =
  | {
      readonly kind: 'cases';
      readonly target: string;
      readonly seed: number;
      readonly from: number;
      readonly to: number;
      readonly until: number;
    }
  | { readonly kind: 'input'; readonly target: string; readonly input: Uint8Array };

export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'fault'; readonly index: number; readonly fault: string; readonly stack: string }
  /**
   * @param next the first case that was not tried
   * @param accepted readers that took an input
   */
  | { readonly kind: 'done'; readonly next: number; readonly accepted: readonly string[] };

function answer(message: Answer): void {
  parentPort?.postMessage(message);
}

/** Faults are told once each; the bound of time counts as long as it stays broken when the case is tried again. */
async function tryInput(target: Target, index: number, input: Buffer, known: Set<string>): Promise<void> {
  const started = performance.now();
  let fault = await faultIn(target, input);
  // Asking for the time of the processor takes longer than most cases do.
  if (fault === null && performance.now() - started > target.maxMs) fault = await slownessOf(target, input);
  if (fault === null || known.has(fault.words)) return;
  known.add(fault.words);
  answer({ kind: 'fault', index, fault: fault.words, stack: fault.stack });
}

interface Fault {
  readonly words: string;
  readonly stack: string;
}

async function faultIn(target: Target, input: Buffer): Promise<Fault | null> {
  try {
    const pending = target.check(input);
    if (pending !== undefined) await pending;
  } catch (error) {
    const words = faultOf(error);
    if (words !== null) return { words, stack: error instanceof Error ? (error.stack ?? '') : '' };
  }
  return null;
}

async function slownessOf(target: Target, input: Buffer): Promise<Fault | null> {
  const started = process.cpuUsage();
  const fault = await faultIn(target, input);
  if (fault !== null) return fault;
  const { user, system } = process.cpuUsage(started);
  const milliseconds = (user + system) / 1000;
  return milliseconds <= target.maxMs
    ? null
    : { words: 'takes too long', stack: `${Math.round(milliseconds)} ms` };
}

parentPort?.on('message', async (request: Request) => {
  const known = new Set<string>();
  const target = findTarget(request.target);
  takeAccepted();
  if (request.kind === 'input') {
    await tryInput(target, 0, Buffer.from(request.input), known);
    answer({ kind: 'done', next: 1, accepted: [...takeAccepted()] });
    return;
  }
  const { seed, from, to, until } = request;
  let index = from;
  while (index < to && Date.now() < until) {
    place[0] = index + 1;
    await tryInput(target, index, target.generate(Random.ofCase(target.name, seed, index)), known);
    index += 1;
  }
  place[0] = 0;
  answer({ kind: 'done', next: index, accepted: [...takeAccepted()] });
});
answer({ kind: 'ready' });
