import { createContext, Script } from 'node:vm';
import { messageOf } from '../base/errors.ts';
import { ROOT } from '../layer/path-table.ts';
import type { ExploredTree } from './explored-tree.ts';
import type { SlicedWork } from './sliced-work.ts';

/** What may match a slash, or across one: such a pattern is tried on whole paths. */
const SPANS_NAMES = /[/*+{|?^$.\\[]/;

/** Texts that are tried in one go. */
const CHUNK = 2048;
/** A go that takes longer is broken off, and goes on where it was. Milliseconds. */
const MAX_GO = 30;
/** Of that, what must have been spent on it for it to count. Microseconds. */
const MIN_CPU = 20_000;
/** So often one text is tried. */
const MAX_TRIES = 3;
/** So many goes are broken off before an expression is given up that is slow on many texts. */
const MAX_BROKEN_OFF = 100;

/**
 * The paths that a filter names, and all that is below them: a regular expression, as in dive; what is none is taken as it is
 * written. Yields between parts of the work.
 * @returns by node: 1 where it matches; null where the expression takes too long
 */
export function* matchingPaths(tree: ExploredTree, filter: string): SlicedWork<Uint8Array | null> {
  const { paths } = tree;
  const { size } = paths;
  const pattern = new BoundedPattern(patternOf(filter));
  const matches = new Uint8Array(size);
  const isOfPaths = SPANS_NAMES.test(filter);
  // Each name is tried once, however many files have it.
  const names = isOfPaths ? null : yield* pattern.test(paths.names.size, name => paths.names.textOf(name));
  if (!isOfPaths && names === null) return null;
  for (let start = ROOT + 1; start < size; start += CHUNK) {
    const end = Math.min(size, start + CHUNK);
    const own = isOfPaths
      ? yield* pattern.test(end - start, index => `/${paths.pathOf(start + index)}`)
      : null;
    if (isOfPaths && own === null) return null;
    for (let node = start; node < end; node += 1) {
      const isOwn = names === null ? own?.[node - start] : names[paths.nameOf(node)];
      matches[node] = matches[paths.parentOf(node)] || (isOwn ?? 0);
    }
    yield;
  }
  return matches;
}

/** A regular expression of which no text takes longer than its time: some take years (catastrophic backtracking). */
class BoundedPattern {
  readonly #pattern: RegExp;
  #texts: readonly string[] = [];
  #results = new Uint8Array(0);
  #at = 0;
  #brokenOff = 0;
  readonly #context = createContext({ go: () => this.#go() });
  readonly #script = new Script('go()');

  constructor(pattern: RegExp) {
    this.#pattern = pattern;
  }

  /** @returns by text: 1 where it matches; null where that takes too long */
  *test(count: number, textOf: (index: number) => string): SlicedWork<Uint8Array | null> {
    const results = new Uint8Array(count);
    for (let start = 0; start < count; start += CHUNK) {
      const end = Math.min(count, start + CHUNK);
      this.#texts = Array.from({ length: end - start }, (_, index) => textOf(start + index));
      this.#results = results.subarray(start, end);
      this.#at = 0;
      for (let tries = 0; ; ) {
        const [before, startedAt] = [this.#at, process.cpuUsage()];
        if (this.#isDone()) break;
        const { user, system } = process.cpuUsage(startedAt);
        // Where others had the processor, the expression had no time.
        if (user + system >= MIN_CPU) {
          this.#brokenOff += 1;
          tries = this.#at === before ? tries + 1 : 0;
          if (tries === MAX_TRIES || this.#brokenOff === MAX_BROKEN_OFF) return null;
        }
        yield;
      }
      yield;
    }
    return results;
  }

  #go(): void {
    for (; this.#at < this.#texts.length; this.#at += 1)
      this.#results[this.#at] = this.#pattern.test(this.#texts[this.#at] ?? '') ? 1 : 0;
  }

  /** Goes on for as long as one go may take. */
  #isDone(): boolean {
    try {
      this.#script.runInContext(this.#context, { timeout: MAX_GO });
      return true;
    } catch (error) {
      if (!isTimeout(error)) throw error;
      return false;
    }
  }
}

/** The error is of the realm that the script runs in: it is no `Error` of this one. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}

/** Why a filter is no regular expression, in the words of the engine (`Unterminated character class`); null for one that is. */
export function filterFault(filter: string): string | null {
  try {
    new RegExp(filter, 'u');
    return null;
  } catch (error) {
    return messageOf(error).split(': ').at(-1) ?? '';
  }
}

function patternOf(filter: string): RegExp {
  try {
    return new RegExp(filter, 'u');
  } catch {
    // A hyphen may not be escaped outside of a class.
    return new RegExp(filter.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'u');
  }
}
