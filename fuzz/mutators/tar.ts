import { Buffer } from 'node:buffer';
import { GNU, octal, padded, paxHeader, rawHeader, tarOf } from '../../__tests__/tar/raw-header.ts';
import { sparseTars } from '../../__tests__/tar/sparse-tars.ts';
import type { Random } from '../random.ts';
import { mutateBytes, splice } from './bytes.ts';
import { EXTREME_NUMBERS, HOSTILE_TEXTS } from './words.ts';

/** Few names, so that entries and layers meet. */
const NAMES = [
  'a',
  'b',
  'usr',
  'lib',
  'etc',
  'x-1',
  'node_modules',
  '.wh.a',
  '.wh..wh..opq',
  '..',
  '.',
  '',
  'ä',
  '__proto__',
];
const TYPES = ['0', '0', '0', '0', '5', '5', '1', '2', '3', '4', '6', '7', '\0', 'A', 'V', 'M', 'D', 'S'];

/** Keys of PAX records that something is done with. */
const PAX_KEYS = [
  'path',
  'linkpath',
  'size',
  'uid',
  'gid',
  'mtime',
  'GNU.sparse.major',
  'GNU.sparse.minor',
  'GNU.sparse.name',
  'GNU.sparse.realsize',
  'GNU.sparse.size',
  'GNU.sparse.map',
  'GNU.sparse.numblocks',
  'GNU.sparse.offset',
  'GNU.sparse.numbytes',
  'SCHILY.xattr.security.capability',
];

/** A file with a name of its own and what it holds. */
export type KnownFile = readonly [path: string, content: Buffer];

/**
 * An entry with all that belongs to it: PAX records and long names, and content that may not be as long as it says.
 * @param known files that readers look into
 */
function randomEntry(random: Random, known: readonly KnownFile[] = []): Buffer {
  if (known.length > 0 && random.oneIn(4)) {
    const [path, content] = random.pick(known);
    return Buffer.concat([
      longName(path),
      rawHeader({ name: path.slice(0, 100), size: content.length }),
      padded(content),
    ]);
  }
  const parts: Buffer[] = [];
  if (random.oneIn(8)) parts.push(paxHeader(randomRecords(random), random.oneIn(10) ? 'g' : 'x'));
  if (random.oneIn(12)) parts.push(longName(randomPath(random, 40), random.oneIn(3) ? 'K' : 'L'));
  const content = Buffer.alloc(random.oneIn(3) ? 0 : random.small(3000), 97 + random.below(26));
  const size = random.oneIn(15) ? strangeNumber(random) : content.length;
  parts.push(
    rawHeader({
      name: randomPath(random),
      type: random.pick(TYPES),
      size,
      linkname: randomPath(random),
      ...(random.oneIn(10) ? { magic: random.oneIn(2) ? GNU : '' } : {}),
      ...(random.oneIn(12) ? { uid: base256(random) } : {}),
      ...(random.oneIn(12)
        ? { at: { [random.below(512)]: Buffer.from(random.pick(HOSTILE_TEXTS)).subarray(0, 12) } }
        : {}),
    }),
    random.oneIn(20) ? content : padded(content),
  );
  return Buffer.concat(parts);
}

/** A tar of such entries: whole, with some of them twice or exchanged, or damaged in a few places. */
export function randomTar(random: Random, known: readonly KnownFile[] = []): Buffer {
  if (random.oneIn(12)) return damaged(random.pick(sparseTars).tar, random);
  const entries = Array.from({ length: 1 + random.small(12) }, () => randomEntry(random, known));
  if (random.oneIn(6)) entries.splice(random.below(entries.length), 0, random.pick(entries));
  if (random.oneIn(30)) entries.push(...new Array<Buffer>(random.below(400)).fill(random.pick(entries)));
  if (random.oneIn(12)) entries.splice(random.below(entries.length), 0, Buffer.alloc(512));
  const tar = random.oneIn(8) ? Buffer.concat(entries) : tarOf(...entries);
  if (random.oneIn(2)) return tar;
  return random.oneIn(6) ? splice(tar, random.pick(sparseTars).tar, random) : damaged(tar, random);
}

/** Damage that gets past the first check. */
function damaged(tar: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(mutateBytes(tar, random));
  if (!random.oneIn(4))
    for (let at = 0; at + 512 <= bytes.length; at += 512) fixChecksum(bytes.subarray(at, at + 512));
  return bytes;
}

/** Makes the checksum right of what looks like a header. */
function fixChecksum(block: Buffer): void {
  if (block.toString('latin1', 257, 262) !== 'ustar') return;
  block.fill(0x20, 148, 156);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

function longName(path: string, type = 'L'): Buffer {
  if (path.length <= 100) return Buffer.alloc(0);
  const name = Buffer.from(`${path}\0`);
  return Buffer.concat([
    rawHeader({ name: '././@LongLink', type, size: name.length, magic: GNU }),
    padded(name),
  ]);
}

function randomPath(random: Random, parts = 4): string {
  if (random.oneIn(25)) return random.pick(HOSTILE_TEXTS);
  return Array.from({ length: 1 + random.small(parts) }, () => random.pick(NAMES)).join('/');
}

function randomRecords(random: Random): (readonly [string, string])[] {
  const records = Array.from({ length: 1 + random.small(5) }, (): readonly [string, string] => [
    random.oneIn(15) ? random.pick(HOSTILE_TEXTS) : random.pick(PAX_KEYS),
    randomValue(random),
  ]);
  return random.oneIn(60) ? new Array(random.below(3000)).fill(records[0]) : records;
}

function randomValue(random: Random): string {
  switch (random.below(5)) {
    case 0:
      return randomPath(random, 60);
    case 1:
      return random.pick(HOSTILE_TEXTS);
    case 2:
      return Array.from({ length: 2 * random.small(12) }, () => String(random.below(2000))).join(',');
    default:
      return String(random.oneIn(2) ? random.pick(EXTREME_NUMBERS) : random.below(4000));
  }
}

/** A number as GNU writes those that do not fit; the first byte says so. */
function base256(random: Random): Buffer {
  return Buffer.from([
    random.pick([0x80, 0xff]),
    ...Array.from({ length: 7 }, () => random.pick([0, 1, 0x7f, 0xff])),
  ]);
}

function strangeNumber(random: Random): Buffer {
  if (random.oneIn(2)) return Buffer.concat([base256(random), Buffer.from([0, 0, 2, 0])]);
  const texts = [
    '',
    '7'.repeat(12),
    '-1',
    '+5',
    ' 12 ',
    '0x10',
    '9',
    octal(random.below(5000)),
    `${octal(3)}\0`,
  ];
  return Buffer.from(random.pick(texts));
}
