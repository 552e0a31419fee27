import { Buffer } from 'node:buffer';
import { GNU, octal, padded, paxHeader, rawHeader, tarOf } from './raw-header.ts';

/** One file of 100,000 bytes: `abc` at 512 and `xyz` at 50,000. */
export const SPARSE_SIZE = 100_000;
export const SPARSE_CONTENT: Buffer = Buffer.alloc(SPARSE_SIZE);
SPARSE_CONTENT.write('abc', 512);
SPARSE_CONTENT.write('xyz', 50_000);
const STORED = 'abcxyz';
const MAP = '512,3,50000,3,100000,0';
const name = ['GNU.sparse.name', 'sparse'] as const;
const tail = rawHeader({ name: 'next' });

/** The same file in each format that there is. */
export const sparseTars: ReadonlyArray<{ readonly format: string; readonly tar: Buffer }> = [
  { format: 'GNU, in the header', tar: oldGnu(0) },
  { format: 'GNU, with extension blocks', tar: oldGnu(43) },
  {
    format: 'PAX 0.0',
    tar: tarOf(
      paxHeader([
        ['GNU.sparse.size', String(SPARSE_SIZE)],
        ['GNU.sparse.numblocks', '3'],
        ['GNU.sparse.offset', '512'],
        ['GNU.sparse.numbytes', '3'],
        ['GNU.sparse.offset', '50000'],
        ['GNU.sparse.numbytes', '3'],
        ['GNU.sparse.offset', '100000'],
        ['GNU.sparse.numbytes', '0'],
      ]),
      rawHeader({ name: 'sparse', size: STORED.length }),
      padded(STORED),
      tail,
    ),
  },
  {
    format: 'PAX 0.1',
    tar: tarOf(
      paxHeader([
        ['GNU.sparse.size', String(SPARSE_SIZE)],
        ['GNU.sparse.numblocks', '3'],
        ['GNU.sparse.map', MAP],
        name,
      ]),
      rawHeader({ name: 'GNUSparseFile.1/sparse', size: STORED.length }),
      padded(STORED),
      tail,
    ),
  },
  { format: 'PAX 1.0', tar: pax10(0) },
  { format: 'PAX 1.0, with a map of several blocks', tar: pax10(200) },
];

/** @param empty runs of no bytes before the real ones */
function oldGnu(empty: number): Buffer {
  const runs = [
    ...Array.from({ length: empty }, (_, index) => [index, 0] as const),
    [512, 3] as const,
    [50_000, 3] as const,
    [SPARSE_SIZE, 0] as const,
  ].map(([offset, length]) => Buffer.from(`${octal(offset)}\0${octal(length)}\0`));
  const extensions: Buffer[] = [];
  for (let at = 4; at < runs.length; at += 21) {
    const block = Buffer.alloc(512);
    Buffer.concat(runs.slice(at, at + 21)).copy(block);
    if (at + 21 < runs.length) block[504] = 1;
    extensions.push(block);
  }
  const header = rawHeader({
    name: 'sparse',
    type: 'S',
    magic: GNU,
    size: STORED.length,
    at: {
      386: Buffer.concat(runs.slice(0, 4)),
      482: extensions.length > 0 ? '\x01' : '\0',
      483: octal(SPARSE_SIZE),
    },
  });
  return tarOf(header, ...extensions, padded(STORED), tail);
}

function pax10(empty: number): Buffer {
  const zeros = Array.from({ length: empty }, (_, index) => `${index}\n0\n`).join('');
  const map = padded(`${empty + 3}\n${zeros}512\n3\n50000\n3\n100000\n0\n`);
  return tarOf(
    paxHeader([
      ['GNU.sparse.major', '1'],
      ['GNU.sparse.minor', '0'],
      ['GNU.sparse.realsize', String(SPARSE_SIZE)],
      name,
    ]),
    rawHeader({ name: 'GNUSparseFile.1/sparse', size: map.length + STORED.length }),
    map,
    padded(STORED),
    tail,
  );
}
