import { BLOCK, type SparseRun } from './header.ts';
import { readDecimal, readNumber } from './header-field.ts';
import { corruptTar, excessiveTar } from './tar-error.ts';

/** Runs of one file. A map that says more is not one that a tool wrote. */
const MAX_RUNS = 1 << 17;

/** GNU's old format: four runs in the header at 386, twenty-one in each block that follows while a flag is set. */
export class OldSparseMap {
  readonly runs: SparseRun[] = [];
  #continues: boolean;

  constructor(header: Buffer, at: number) {
    this.#continues = this.#read(header, at + 386, 4);
  }

  /** Whether another block of the map follows. */
  get continues(): boolean {
    return this.#continues;
  }

  extend(block: Buffer, at: number): void {
    this.#continues = this.#read(block, at, 21);
  }

  #read(block: Buffer, start: number, count: number): boolean {
    for (let index = 0; index < count; index += 1) {
      const at = start + index * 24;
      if (block[at] === 0) break;
      const run = { offset: readNumber(block, at, 12), length: readNumber(block, at + 12, 12) };
      addRun(this.runs, run.offset, run.length);
    }
    const flag = block[start + count * 24] ?? 0;
    return flag !== 0;
  }
}

/** PAX 1.0: the map is the start of the data, decimal lines, padded to a block: count, then offset and length of each. */
export class LeadingSparseMap {
  readonly runs: SparseRun[] = [];
  /** Blocks that the map takes up so far. */
  blocks = 0;
  #line = '';
  #numbers: number[] = [];
  #expected = -1;

  get complete(): boolean {
    return this.#expected >= 0 && this.runs.length === this.#expected;
  }

  extend(block: Buffer, at: number): void {
    this.blocks += 1;
    for (const piece of this.#lines(block.toString('latin1', at, at + BLOCK))) {
      if (this.complete) return;
      this.#accept(readDecimal(piece));
    }
  }

  *#lines(text: string): Generator<string> {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      yield this.#line + text.slice(start, end);
      this.#line = '';
      start = end + 1;
    }
    this.#line += text.slice(start);
    if (!this.complete && this.#line.length > 24) throw corruptTar('the sparse map of a file is malformed');
  }

  #accept(value: number): void {
    if (!(value >= 0)) throw corruptTar('the sparse map of a file is malformed');
    if (this.#expected < 0) {
      if (value > MAX_RUNS) throw excessiveTar('a sparse file has too many pieces');
      this.#expected = value;
      return;
    }
    this.#numbers.push(value);
    const [offset, length] = this.#numbers;
    if (offset === undefined || length === undefined) return;
    addRun(this.runs, offset, length);
    this.#numbers = [];
  }
}

/** PAX 0.0 and 0.1: `offset,length,offset,length,…`, with the number of pairs in a record of its own. */
export function readSparseList(map: string, count: string): SparseRun[] {
  const runs: SparseRun[] = [];
  const numbers = map === '' ? [] : map.split(',').map(readDecimal);
  if (numbers.length !== 2 * readDecimal(count)) throw corruptTar('the sparse map of a file is incomplete');
  for (let index = 0; index < numbers.length; index += 2) {
    addRun(runs, numbers[index] ?? Number.NaN, numbers[index + 1] ?? Number.NaN);
  }
  return runs;
}

/** Runs must ascend, stay inside the file and be stored in full. */
export function checkSparseRuns(runs: readonly SparseRun[], size: number, storedSize: number): void {
  const last = runs.at(-1);
  if (last !== undefined && last.offset + last.length > size)
    throw corruptTar('a sparse map exceeds its file');
  let stored = 0;
  for (const run of runs) stored += run.length;
  if (stored !== storedSize) throw corruptTar('a sparse map does not fit the bytes that follow it');
}

function addRun(runs: SparseRun[], offset: number, length: number): void {
  const last = runs.at(-1);
  const least = last === undefined ? 0 : last.offset + last.length;
  if (!(offset >= least && length >= 0 && Number.isSafeInteger(offset + length))) {
    throw corruptTar('the sparse map of a file is out of order');
  }
  if (runs.length >= MAX_RUNS) throw excessiveTar('a sparse file has too many pieces');
  runs.push({ offset, length });
}
