import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Crc64 } from '../../../src/image/store/crc64.ts';
import { fabricateImage } from '../fabricate/image.ts';
import { dir, file, hardlink, opaque, symlink, whiteout } from '../fabricate/node.ts';
import type { KeptEngine } from './kept-engine.ts';

/** What the lies are told of. */
export const LIED_ABOUT = await fabricateImage({
  tags: ['app:1'],
  steps: [
    {
      createdBy: 'ADD rootfs /',
      layer: {
        etc: dir(),
        'etc/a': file(700, { seed: 1 }),
        'etc/b': file(700, { seed: 2 }),
        'etc/empty': file(0),
        'usr/lib/big.so': file(300_000),
        'usr/lib/hard.so': hardlink('usr/lib/big.so'),
        'usr/lib/link.so': symlink('big.so'),
      },
    },
    { createdBy: 'RUN rm', layer: { 'etc/a': whiteout(), 'etc/c': file(700, { seed: 3 }), srv: opaque() } },
    { createdBy: 'COPY', layer: { 'etc/c': file(600), 'etc/d': file(100) } },
  ],
});

/** What is changed in the files of an engine. */
export type Lie = readonly [name: string, tell: (engine: KeptEngine) => unknown];

export function editRecord(engine: KeptEngine, edit: (lines: string[]) => readonly string[]): void {
  const { record } = engine.layer(0);
  const lines = gunzipSync(readFileSync(record)).toString('utf8').split('\n');
  writeFileSync(record, gzipSync(edit(lines).join('\n')));
}

const rename = (name: string) => (engine: KeptEngine) =>
  editRecord(engine, lines => lines.map(line => line.replace('"etc/a"', JSON.stringify(name))));

/** The file and another one beside it, of its size. */
export const inside = (engine: KeptEngine) => {
  const { files } = engine.layer(0);
  return { a: join(files, 'etc/a'), b: join(files, 'etc/b'), outside: join(engine.root, '../outside') };
};

export function replace(path: string, make: () => void): void {
  rmSync(path, { recursive: true });
  make();
}

/** What is told before the image is opened, and noticed although nobody asks for contents. */
export const GRAPH_LIES: readonly Lie[] = [
  [
    'a record is that of another layer',
    engine => copyFileSync(engine.layer(1).record, engine.layer(0).record),
  ],
  [
    'a record is that of another layer that has as many bytes',
    engine => copyFileSync(engine.layer(1).record, engine.layer(2).record),
  ],
  [
    'a record has another size',
    engine => editRecord(engine, lines => lines.map(line => line.replace('"size":700', '"size":701'))),
  ],
  [
    'a record ends too early',
    engine =>
      truncateSync(engine.layer(0).record, Math.floor(readFileSync(engine.layer(0).record).length / 2)),
  ],
  [
    'a record ends with half of its checksum',
    engine => truncateSync(engine.layer(0).record, readFileSync(engine.layer(0).record).length - 3),
  ],
  ['a record has more behind it', engine => appendFileSync(engine.layer(0).record, 'x')],
  ['a record is empty', engine => truncateSync(engine.layer(0).record, 0)],
  [
    // So it is where a sparse file was unpacked: its header tells the size that was packed, and what follows are zeros.
    'a record has a file that is longer than its header says',
    engine => {
      const { a } = inside(engine);
      const long = Buffer.concat([readFileSync(a), Buffer.alloc(3 * 512)]);
      writeFileSync(a, long);
      writeFileSync(join(engine.layer(0).facts, 'size'), String(301_400 + 3 * 512));
      const sum = new Crc64();
      sum.update(long);
      const payload = sum.digest().toString('base64');
      editRecord(engine, lines =>
        lines.map(line =>
          line.includes('"etc/a"')
            ? JSON.stringify({ ...JSON.parse(line), size: long.length, payload })
            : line,
        ),
      );
    },
  ],
  [
    'a record lacks a file',
    engine => editRecord(engine, lines => lines.filter(line => !line.includes('"etc/a"'))),
  ],
  [
    'a record lacks a header',
    engine => editRecord(engine, lines => lines.filter((_line, index) => index !== 2)),
  ],
  [
    'a record is the half of its lines',
    engine => editRecord(engine, lines => lines.slice(0, lines.length >> 1)),
  ],
  [
    'a record has no end of lines',
    engine => writeFileSync(engine.layer(0).record, gzipSync('\n'.repeat(12_000_000), { level: 1 })),
  ],
  [
    'a record has a line without an end',
    engine => writeFileSync(engine.layer(0).record, gzipSync(Buffer.alloc(20_000_000, 'a'), { level: 1 })),
  ],
  ['a name leads out', rename('../../../../outside')],
  ['a name begins with a slash', rename('/etc/passwd')],
  ['a name has a zero in it', rename('etc/a\0')],
  ['a name is a folder', rename('etc')],
  ['a name is empty', rename('')],
  ['a name ends with dots', rename('etc/..')],
  [
    'a file is a link to outside',
    engine => {
      const { a, outside } = inside(engine);
      copyFileSync(a, outside);
      replace(a, () => symlinkSync(outside, a));
    },
  ],
  [
    'a file is a link to another one',
    engine => replace(inside(engine).a, () => symlinkSync('b', inside(engine).a)),
  ],
  ['a file is a pipe', engine => replace(inside(engine).a, () => execFileSync('mkfifo', [inside(engine).a]))],
  ['a file is a folder', engine => replace(inside(engine).a, () => mkdirSync(inside(engine).a))],
  [
    'a folder is a link to outside',
    engine => {
      const folder = dirname(inside(engine).a);
      renameSync(folder, inside(engine).outside);
      symlinkSync(inside(engine).outside, folder);
    },
  ],
  [
    'a folder is a link within the layer',
    engine => {
      const folder = dirname(inside(engine).a);
      renameSync(folder, join(dirname(folder), 'other'));
      symlinkSync('other', folder);
    },
  ],
  [
    'a folder is a link to itself',
    engine => {
      const folder = dirname(inside(engine).a);
      replace(folder, () => symlinkSync('etc', folder));
    },
  ],
  ['a file has grown', engine => appendFileSync(inside(engine).a, 'x')],
  ['a file has shrunk', engine => truncateSync(inside(engine).a, 699)],
  ['a file is gone', engine => rmSync(inside(engine).a)],
  ['a folder is gone', engine => rmSync(dirname(inside(engine).a), { recursive: true })],
  ...['../../../../../../../../../tmp', '..', '', 'a/../b', 'x'.repeat(300), 'cafe'.repeat(6)].map(
    (id): Lie => [
      `the files are in ${JSON.stringify(id.slice(0, 20))}`,
      engine => writeFileSync(join(engine.layer(0).facts, 'cache-id'), id),
    ],
  ),
  [
    'the files are those of another layer',
    engine => copyFileSync(join(engine.layer(1).facts, 'cache-id'), join(engine.layer(0).facts, 'cache-id')),
  ],
  [
    'a layer is another one',
    engine => copyFileSync(join(engine.layer(1).facts, 'diff'), join(engine.layer(0).facts, 'diff')),
  ],
  ...['301399', '301401', '0', '', '-1', '1e9', '9'.repeat(40)].map(
    (size): Lie => [
      `a layer has ${size} bytes`,
      engine => writeFileSync(join(engine.layer(0).facts, 'size'), size),
    ],
  ),
  ...['cache-id', 'diff', 'size', 'tar-split.json.gz', ''].map(
    (name): Lie => [
      `${name === '' ? 'a layer' : name} is a link to outside`,
      engine => {
        const path = join(engine.layer(0).facts, name);
        renameSync(path, inside(engine).outside);
        symlinkSync(inside(engine).outside, path);
      },
    ],
  ),
  ...['image', 'image/overlay2/layerdb', 'overlay2'].map(
    (path): Lie => [
      `${path} is a link to outside`,
      engine => {
        renameSync(join(engine.root, path), inside(engine).outside);
        symlinkSync(inside(engine).outside, join(engine.root, path));
      },
    ],
  ),
  ['there is nothing', engine => rmSync(engine.root, { recursive: true })],
  ['the root is a file', engine => replace(engine.root, () => writeFileSync(engine.root, ''))],
];

/** What is noticed where contents are asked for. */
export const LIES_OF_CONTENTS: readonly Lie[] = [
  ['a byte is another', engine => flip(inside(engine).a)],
  ['a file is another of its size', engine => copyFileSync(inside(engine).b, inside(engine).a)],
  [
    'two files have changed places',
    engine => {
      const { a, b, outside } = inside(engine);
      renameSync(a, outside);
      renameSync(b, a);
      renameSync(outside, b);
    },
  ],
];

export function flip(path: string, at = 9): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
