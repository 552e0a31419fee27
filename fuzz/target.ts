import type { Buffer } from 'node:buffer';
import { DeadweightError } from '../src/base/errors.ts';
import type { Random } from './random.ts';

/** Readers of one kind of text or bytes, with what makes inputs for them and what must be true of the outcome. */
export interface Target {
  readonly name: string;
  /** Files of `src/` that it is about. */
  readonly parsers: readonly string[];
  /** Names under which the check `accept`s what readers took: each must take some of the inputs. */
  readonly accepts: readonly string[];
  /** What must hold, beside that nothing but our errors is thrown; for the list in the README of this folder. */
  readonly holds: string;
  /** Processor time that a case may take. Milliseconds. */
  readonly maxMs: number;
  /** An input: mostly a valid one with something wrong. The same for the same random numbers. */
  generate(random: Random): Buffer;
  /** Reads the input. Throws what the readers throw, and `Violation`. */
  check(input: Buffer): void | Promise<void>;
}

/** What cases may add to memory: to the JavaScript heap of their thread, and to the whole process. MiB. */
export const MAX_HEAP = 512;
export const MAX_RESIDENT = 1536;

/** Something was read that must not be so. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** @throws Violation unless it holds; `what` says in a few words what does not */
export function require(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Violation(what);
}

const accepted = new Set<string>();

/** Notes that a reader took an input: of a target whose inputs are all refused, no case tries anything. */
export function accept<T>(reader: string, value: T): T {
  if (value !== null && value !== undefined && value !== false) accepted.add(reader);
  return value;
}

/** @returns the readers that took an input since this was called before */
export function takeAccepted(): ReadonlySet<string> {
  const taken = new Set(accepted);
  accepted.clear();
  return taken;
}

/** What came of a case, in words that are the same for the same fault; null for what is as it should be. */
export function faultOf(error: unknown): string | null {
  if (error instanceof DeadweightError) return null;
  if (!(error instanceof Error)) return `throws ${typeof error}`;
  const place =
    /\b(?:src|fuzz)\/[\w./-]+\.ts:\d+/.exec((error.stack ?? '').replace(/^.*?\n {4}at/s, ''))?.[0] ?? '';
  const message = error.message.replace(/\d+/g, 'N').slice(0, 100);
  return error instanceof Violation
    ? `does not hold: ${message}`
    : `throws ${error.name}: ${message} at ${place}`;
}

/** What our readers make of something: a value, or the code of our error. Anything else is thrown on. */
export function outcomeOf<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof DeadweightError) return error.code;
    throw error;
  }
}

/** What readers make of something in their time, as `outcomeOf` has it. */
export async function settledOutcomeOf<T>(read: () => Promise<T>): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DeadweightError) return error.code;
    throw error;
  }
}
