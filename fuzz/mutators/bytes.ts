import { Buffer } from 'node:buffer';
import type { Random } from '../random.ts';

/** No mutation makes an input longer than this. Bytes. */
const MAX_INPUT = 384 * 1024;

const BYTES = Buffer.from([
  0, 1, 0x09, 0x0a, 0x0d, 0x20, 0x22, 0x2f, 0x5c, 0x7f, 0x80, 0xc0, 0xed, 0xfe, 0xff,
]);

type Mutator = (input: Buffer, random: Random) => Buffer;

const MUTATORS: readonly Mutator[] = [
  (input, random) => overwrite(input, random, at => at ^ (1 << random.below(8))),
  (input, random) => overwrite(input, random, () => random.below(256)),
  (input, random) => overwrite(input, random, () => random.pick(BYTES)),
  writeNumber,
  // Cut off at any place, and at a block of a tar.
  (input, random) => input.subarray(0, random.below(input.length + 1)),
  (input, random) => input.subarray(0, 512 * random.below(Math.ceil(input.length / 512) + 1)),
  // Taken out, put in, repeated, moved.
  (input, random) => {
    const [start, end] = range(input, random);
    return Buffer.concat([input.subarray(0, start), input.subarray(end)]);
  },
  (input, random) => {
    const at = random.below(input.length + 1);
    const more = Buffer.alloc(1 + random.small(64), random.pick(BYTES));
    return Buffer.concat([input.subarray(0, at), more, input.subarray(at)]);
  },
  (input, random) => {
    const [start, end] = range(input, random);
    const piece = input.subarray(start, end);
    const copies = random.oneIn(20) ? 1 + random.below(2000) : 1 + random.small(8);
    const wanted = Math.min(copies, Math.floor(MAX_INPUT / Math.max(piece.length, 1)));
    return Buffer.concat([
      input.subarray(0, end),
      ...new Array<Buffer>(wanted).fill(piece),
      input.subarray(end),
    ]);
  },
  (input, random) => {
    const [start, end] = range(input, random);
    const rest = Buffer.concat([input.subarray(0, start), input.subarray(end)]);
    const at = random.below(rest.length + 1);
    return Buffer.concat([rest.subarray(0, at), input.subarray(start, end), rest.subarray(at)]);
  },
];

/** Some mutations of bytes, one after the other. The input is left as it is. */
export function mutateBytes(input: Buffer, random: Random, count = 1 + random.small(4)): Buffer {
  let mutated = input;
  for (let turn = 0; turn < count; turn += 1) mutated = random.pick(MUTATORS)(mutated, random);
  return mutated.length > MAX_INPUT ? mutated.subarray(0, MAX_INPUT) : mutated;
}

/** The beginning of one input, and the end of another. */
export function splice(one: Buffer, other: Buffer, random: Random): Buffer {
  const begin = one.subarray(0, random.below(one.length + 1));
  return Buffer.concat([begin, other.subarray(random.below(other.length + 1))]);
}

function overwrite(input: Buffer, random: Random, change: (byte: number) => number): Buffer {
  if (input.length === 0) return input;
  const changed = Buffer.from(input);
  const at = random.below(input.length);
  changed[at] = change(changed[at] ?? 0);
  return changed;
}

const WIDTHS = [1, 2, 4, 8] as const;
const EXTREMES: readonly bigint[] = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0x7fffn,
  0xffffn,
  0x7fffffffn,
  0xffffffffn,
  2n ** 63n - 1n,
  2n ** 64n - 1n,
];

/** An extreme number of one to eight bytes in either order; or what stands there, and a little more or less. */
function writeNumber(input: Buffer, random: Random): Buffer {
  const width = random.pick(WIDTHS);
  if (input.length < width) return input;
  const changed = Buffer.from(input);
  const at = random.below(input.length - width + 1);
  const isLittle = random.oneIn(2);
  const field = changed.subarray(at, at + width);
  if (isLittle) field.reverse();
  const now = BigInt(`0x${field.toString('hex')}`);
  const wanted = random.oneIn(2) ? random.pick(EXTREMES) : now + BigInt(random.below(33) - 16);
  const wide = Buffer.alloc(8);
  wide.writeBigUInt64BE(BigInt.asUintN(64, wanted));
  wide.copy(field, 0, 8 - width);
  if (isLittle) field.reverse();
  return changed;
}

function range(input: Buffer, random: Random): readonly [start: number, end: number] {
  const start = random.below(input.length + 1);
  return [start, Math.min(input.length, start + random.small(input.length + 1))];
}
