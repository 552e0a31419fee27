import { Buffer } from 'node:buffer';
import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Random } from '../random.ts';
import { mutateBytes, splice } from './bytes.ts';

/** Contents that compress well and badly, of no bytes to more than a chunk of output. */
const CONTENTS: readonly Buffer[] = [0, 1, 100, 5000, 70_000, 300_000].flatMap(size => {
  const noise = Buffer.alloc(Math.min(size, 5000));
  let state = 1;
  for (let at = 0; at < noise.length; at += 1) {
    state = Math.imul(state, 1_103_515_245) + 12_345;
    noise[at] = state >>> 16;
  }
  return [Buffer.alloc(size, 'ab'), noise];
});

/** Made once: compressing takes longer than all that is tried with it. */
const GZIPS = CONTENTS.map(content => gzipSync(content));
const ZSTDS = CONTENTS.flatMap(content => [
  zstdCompressSync(content),
  zstdCompressSync(content, { params: { 201: 1, 101: 10 + (content.length % 10) } }),
]);

/** Members one after the other, with flags, padding, and damage. */
export function randomGzip(random: Random): Buffer {
  return assembled(random, () => (random.oneIn(3) ? handmadeMember(random) : random.pick(GZIPS)));
}

/** Frames one after the other, skippable ones among them, with their headers made by hand. */
export function randomZstd(random: Random): Buffer {
  return assembled(random, () => {
    if (random.oneIn(4)) return skippable(random);
    return random.oneIn(3) ? handmadeFrame(random) : random.pick(ZSTDS);
  });
}

function assembled(random: Random, part: () => Buffer): Buffer {
  const parts = Array.from({ length: 1 + random.small(5) }, part);
  if (random.oneIn(40)) parts.push(...new Array<Buffer>(random.below(300)).fill(part()));
  if (random.oneIn(6)) parts.push(Buffer.alloc(random.small(600)));
  const whole = Buffer.concat(parts);
  if (random.oneIn(3)) return whole;
  return random.oneIn(8) ? splice(whole, part(), random) : mutateBytes(whole, random, 1 + random.small(3));
}

/** RFC 1952: a header with any of its optional fields, and a trailer that may not fit. */
function handmadeMember(random: Random): Buffer {
  const flags = random.oneIn(4) ? random.below(256) : random.pick([0, 2, 4, 8, 16, 28]);
  const content = Buffer.alloc(random.small(2000), 120);
  const fields: Buffer[] = [Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255])];
  if (flags & 4) {
    const extra = random.small(400);
    fields.push(Buffer.from([extra & 255, extra >> 8]), Buffer.alloc(extra));
  }
  if (flags & 8) fields.push(Buffer.from('name\0'));
  if (flags & 16) fields.push(Buffer.from('comment\0'));
  const header = Buffer.concat(fields);
  if (flags & 2) fields.push(littleEndian(crc32(header) & 0xffff, 2));
  const isRight = !random.oneIn(5);
  const trailer = [
    littleEndian(isRight ? crc32(content) : random.next(), 4),
    littleEndian(content.length + (isRight ? 0 : 1), 4),
  ];
  return Buffer.concat([...fields, deflateRawSync(content), ...trailer]);
}

/** RFC 8878: any descriptor, window, dictionary and content size, and blocks that are raw, repeated, or of no type. */
function handmadeFrame(random: Random): Buffer {
  const descriptor = random.oneIn(3)
    ? random.below(256)
    : random.pick([0x00, 0x20, 0x04, 0x24, 0x60, 0xa0, 0xe0]);
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const blocks = Array.from({ length: 1 + random.small(4) }, () => ({
    type: random.oneIn(10) ? random.below(4) : random.below(2),
    size: random.oneIn(10) ? random.below(2 ** 21) : random.small(3000),
  }));
  const total = blocks.reduce((sum, { size }) => sum + size, 0);
  const sizeBytes = sizeFlag === 0 ? (isSingle ? 1 : 0) : 2 ** sizeFlag;
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(
    BigInt(random.oneIn(6) ? random.next() : sizeBytes === 2 ? Math.max(total - 256, 0) : total),
  );
  const parts = [
    littleEndian(0xfd2fb528, 4),
    Buffer.from([descriptor]),
    Buffer.alloc(isSingle ? 0 : 1, random.oneIn(3) ? random.below(256) : 0x50),
    Buffer.alloc([0, 1, 2, 4][descriptor & 3] ?? 0, random.oneIn(4) ? 7 : 0),
    size.subarray(0, sizeBytes),
  ];
  for (const [index, { type, size: length }] of blocks.entries()) {
    const isLast = index === blocks.length - 1 && !random.oneIn(8);
    parts.push(
      littleEndian((length << 3) | (type << 1) | (isLast ? 1 : 0), 3),
      Buffer.alloc(type === 1 ? 1 : Math.min(length, 4000), 120),
    );
  }
  if (descriptor & 4) parts.push(Buffer.alloc(4, 1));
  return Buffer.concat(parts);
}

function skippable(random: Random): Buffer {
  const length = random.small(500);
  const told = random.oneIn(8) ? random.next() : length;
  return Buffer.concat([
    littleEndian(0x184d2a50 + random.below(16), 4),
    littleEndian(told, 4),
    Buffer.alloc(length, 5),
  ]);
}

function littleEndian(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value >>> 0);
  return buffer.subarray(0, bytes);
}
