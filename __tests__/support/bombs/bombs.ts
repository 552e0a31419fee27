import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import type { BombLayout } from './bomb-layout.ts';
import { longName, pax, type RawEntry, rawTar } from './raw-tar.ts';

/** An image that is small on the disk and would be large in memory, or long in time. */
export interface Bomb {
  /** As the table in docs/limits.md calls it. */
  readonly name: string;
  /** What a run must end with: a refusal that says this, or a report. */
  readonly refusal: RegExp | null;
  /** The exit code of a run that ends with a report; 0 when absent. */
  readonly code?: number;
  /** The code of a notice that the report must have. */
  readonly notice?: string;
  /** Megabytes that it may take, where that is more than 600. */
  readonly megabytes?: number;
  /** Whether it is made and run in about a second. */
  readonly isCheap?: true;
  write(layout: BombLayout): Promise<void>;
}

function* each(count: number, make: (index: number) => RawEntry): Generator<RawEntry> {
  for (let index = 0; index < count; index += 1) yield make(index);
}

const whiteout = (directory: string, name: string): RawEntry => ({ path: `${directory}/.wh.${name}` });
const opaque = (directory: string): RawEntry => ({ path: `${directory}/.wh..wh..opq` });
const deep = (depth: number): string => Array.from({ length: depth }, () => 'a').join('/');

function* deepPaths(count: number, depth: number): Generator<RawEntry> {
  for (let index = 0; index < count; index += 1) {
    yield longName(`${index}/${deep(depth)}/x`);
    yield { path: 'x' };
  }
}

function* named(count: number, path: (index: number) => string): Generator<RawEntry> {
  for (let index = 0; index < count; index += 1) {
    yield longName(path(index));
    yield { path: 'x' };
  }
}

/** 100 MB of zeros. */
const ZEROS = Buffer.alloc(100_000_000);

/** A layer of one file of zeros, of 10 GB: frames and members may follow each other. */
function* zeros(pack: (bytes: Uint8Array) => Uint8Array): Generator<Uint8Array> {
  const [header = Buffer.alloc(512)] = rawTar([{ path: 'zeros', size: 8_000_000_000 }]);
  yield pack(header);
  const packed = pack(ZEROS);
  for (let count = 0; count < 100; count += 1) yield packed;
}

const zstd = (bytes: Uint8Array): Uint8Array =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });

function* repeated(bytes: Uint8Array, times: number): Generator<Uint8Array> {
  const piece = Buffer.concat(Array.from({ length: 1000 }, () => bytes));
  for (let count = 0; count < times; count += 1000) yield piece;
}

export const BOMBS: readonly Bomb[] = [
  {
    name: 'a layer of 200,000 files, listed 200 times',
    refusal: /entries/,
    async write(layout) {
      const layer = await layout.layer(each(200_000, index => ({ path: `d/${index}` })));
      await layout.finish(Array.from({ length: 200 }, () => layer));
    },
  },
  {
    name: 'five layers of a million names each',
    refusal: /entries/,
    megabytes: 700,
    async write(layout) {
      const layers = [];
      for (const layer of [0, 1, 2, 3, 4]) {
        const name = (index: number) => `d/a file that is called ${layer} and ${index}`;
        layers.push(await layout.layer(each(1_000_000, index => ({ path: name(index) }))));
      }
      await layout.finish(layers);
    },
  },
  {
    name: 'ten million names in one layer',
    refusal: /entries/,
    async write(layout) {
      await layout.finish([await layout.layer(each(10_000_000, index => ({ path: `${index}` })))]);
    },
  },
  {
    name: 'paths that are 8,000 directories deep, 300 of them',
    refusal: /directories/,
    isCheap: true,
    async write(layout) {
      await layout.finish([await layout.layer(deepPaths(300, 8000))]);
    },
  },
  {
    name: 'the same, in 100 layers that are each below the limit',
    refusal: /directories/,
    async write(layout) {
      const layers = [];
      for (let index = 0; index < 100; index += 1) {
        const paths = named(12, path => `${index}/${path}/${deep(8000)}`);
        layers.push(await layout.layer(paths));
      }
      await layout.finish(layers);
    },
  },
  {
    name: 'one path that a layer writes 200,000 times',
    refusal: null,
    async write(layout) {
      await layout.finish([
        await layout.layer(each(200_000, () => ({ path: 'a/b', content: Buffer.from('x') }))),
      ]);
    },
  },
  {
    name: '10 GB of zeros in zstd',
    refusal: /times/,
    async write(layout) {
      await layout.finish([await layout.blob(zeros(zstd))]);
    },
  },
  {
    name: '10 GB of zeros in gzip',
    refusal: /times/,
    async write(layout) {
      await layout.finish([await layout.blob(zeros(gzipSync))]);
    },
  },
  {
    name: 'three layers of 2 GB of zeros each',
    refusal: /times/,
    async write(layout) {
      const layers = [];
      for (const name of ['a', 'b', 'c']) {
        const [header = Buffer.alloc(512)] = rawTar([{ path: name, size: 2_000_000_000 }]);
        const unpacked = [header, ...Array.from({ length: 21 }, () => ZEROS)];
        const hash = createHash('sha256');
        for (const piece of unpacked) hash.update(piece);
        const [start, rest] = [zstd(header), zstd(ZEROS)];
        const packed = [start, ...Array.from({ length: 21 }, () => rest)];
        layers.push(await layout.blob(packed, `sha256:${hash.digest('hex')}`));
      }
      await layout.finish(layers);
    },
  },
  {
    name: 'four million whiteouts',
    refusal: /whiteouts/,
    async write(layout) {
      const files = await layout.layer(each(1000, index => ({ path: `d/${index}` })));
      await layout.finish([files, await layout.layer(each(3_900_000, index => whiteout('d', `${index}`)))]);
    },
  },
  {
    name: '900,000 files, each deleted by a whiteout of its own',
    refusal: null,
    megabytes: 1500,
    async write(layout) {
      const files = await layout.layer(each(900_000, index => ({ path: `d/${index}`, content: X })));
      await layout.finish([files, await layout.layer(each(900_000, index => whiteout('d', `${index}`)))]);
    },
  },
  {
    name: 'two million opaque directories',
    refusal: /whiteouts/,
    async write(layout) {
      await layout.finish([await layout.layer(each(2_000_000, index => opaque(`d/${index}`)))]);
    },
  },
  {
    name: 'two million markers of aufs',
    refusal: /whiteouts/,
    async write(layout) {
      await layout.finish([await layout.layer(each(2_000_000, index => ({ path: `.wh..wh.${index}/x` })))]);
    },
  },
  {
    name: 'a million opaque markers of one directory',
    refusal: null,
    async write(layout) {
      const files = await layout.layer(each(100_000, index => ({ path: `d/${index}` })));
      await layout.finish([files, await layout.layer(each(1_000_000, () => opaque('d')))]);
    },
  },
  {
    name: '4,000 PAX headers of 1 MB',
    refusal: /times/,
    async write(layout) {
      function* entries(): Generator<RawEntry> {
        const records = pax({ comment: 'x'.repeat(1_000_000) });
        for (let index = 0; index < 6000; index += 1) {
          yield records;
          yield { path: `${index}` };
        }
      }
      await layout.finish([await layout.layer(entries())]);
    },
  },
  {
    name: 'a PAX header of 60,000 records, 500 times',
    refusal: null,
    async write(layout) {
      const records = pax(
        Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`k${index}`, ''])),
      );
      function* entries(): Generator<RawEntry> {
        for (let index = 0; index < 500; index += 1) {
          yield records;
          yield { path: `${index}` };
        }
      }
      await layout.finish([await layout.layer(entries())]);
    },
  },
  {
    name: '200,000 names of 4,000 bytes',
    refusal: /names/,
    async write(layout) {
      await layout.finish([await layout.layer(named(200_000, index => `${index}`.padEnd(4000, 'x')))]);
    },
  },
  {
    name: 'symlinks to texts of 900 kB, 1,000 of them',
    refusal: /names/,
    async write(layout) {
      function* entries(): Generator<RawEntry> {
        for (let index = 0; index < 1000; index += 1) {
          yield pax({ linkpath: `${index}`.padEnd(900_000, 'x') });
          yield { path: `${index}`, flag: '2' };
        }
      }
      await layout.finish([await layout.layer(entries())]);
    },
  },
  {
    name: 'a thousand sparse files of 4 GB of nothing',
    refusal: null,
    isCheap: true,
    async write(layout) {
      function* entries(): Generator<RawEntry> {
        for (let index = 0; index < 1000; index += 1) {
          yield pax({
            'GNU.sparse.major': '0',
            'GNU.sparse.minor': '1',
            'GNU.sparse.size': '4000000000',
            'GNU.sparse.numblocks': '1',
            'GNU.sparse.map': '0,0',
          });
          yield { path: `${index}` };
        }
      }
      await layout.finish([await layout.layer(entries())]);
    },
  },
  {
    name: 'a chain of a million hard links',
    refusal: null,
    megabytes: 700,
    async write(layout) {
      function* chain(): Generator<RawEntry> {
        yield { path: '0', content: Buffer.from('x') };
        for (let index = 1; index < 1_000_000; index += 1) {
          yield { path: `${index}`, flag: '1', linkname: `${index - 1}` };
        }
      }
      await layout.finish([await layout.layer(chain()), await layout.layer([whiteout('.', '0')])]);
    },
  },
  {
    name: 'a directory of 100,000 files, deleted and made again 2,000 times',
    refusal: /entries/,
    async write(layout) {
      const files = await layout.layer(each(100_000, index => ({ path: `d/${index}`, content: X })));
      const deletion = await layout.layer([whiteout('.', 'd')]);
      const layers = Array.from({ length: 2000 }, () => [files, deletion]);
      await layout.finish(layers.flat());
    },
  },
  {
    name: '4,096 layers of one file',
    refusal: null,
    // More layers than an engine takes: a budget fails.
    code: 1,
    async write(layout) {
      const layers = [];
      for (let index = 0; index < 4096; index += 1) {
        layers.push(await layout.layer([{ path: `f${index}` }]));
      }
      await layout.finish(layers);
    },
  },
  {
    name: 'an index that nests eight million lists',
    refusal: /deep/,
    isCheap: true,
    async write(layout) {
      await layout.index('['.repeat(8_000_000) + ']'.repeat(8_000_000));
    },
  },
  {
    name: 'a configuration with a million entries of history',
    refusal: /values/,
    async write(layout) {
      const history = Array.from({ length: 900_000 }, () => ({ comment: '' }));
      await layout.finish([await layout.layer([{ path: 'x' }])], { history });
    },
  },
  {
    name: 'a configuration with a million labels',
    refusal: /values/,
    async write(layout) {
      const Labels = Object.fromEntries(Array.from({ length: 1_000_000 }, (_, index) => [`l${index}`, '']));
      await layout.finish([await layout.layer([{ path: 'x' }])], { config: { Labels } });
    },
  },
  {
    name: 'a zstd frame with a window of 2 GB',
    refusal: /zstd/,
    isCheap: true,
    async write(layout) {
      // Magic, no content size, a window of 2^31 bytes, one raw block, the last.
      const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 21 << 3, 1, 0, 0]);
      await layout.finish([await layout.blob([frame])]);
    },
  },
  {
    name: 'a gzip of two million empty members',
    refusal: null,
    async write(layout) {
      await layout.finish([
        await layout.blob([gzipSync(Buffer.alloc(1024)), ...repeated(gzipSync(''), 2_000_000)], EMPTY),
      ]);
    },
  },
  {
    name: 'a zstd of two million empty frames',
    refusal: /frames/,
    async write(layout) {
      await layout.finish([
        await layout.blob([zstd(Buffer.alloc(1024)), ...repeated(zstd(Buffer.alloc(0)), 2_000_000)], EMPTY),
      ]);
    },
  },
  {
    name: 'a package database of a million packages',
    refusal: null,
    async write(layout) {
      const status = Array.from(
        { length: 700_000 },
        (_, index) => `Package: p${index}\nStatus: install ok installed\nVersion: 1\n`,
      );
      const content = Buffer.from(status.join('\n'));
      await layout.finish([await layout.layer([{ path: 'var/lib/dpkg/status', content }])]);
    },
  },
  {
    name: 'a package lock that nests five million lists',
    refusal: null,
    async write(layout) {
      const content = Buffer.from(`{"packages":${'['.repeat(5_000_000)}${']'.repeat(5_000_000)}}`);
      await layout.finish([await layout.layer([{ path: 'app/node_modules/.package-lock.json', content }])]);
    },
  },
  {
    name: 'manifests of 300,000 modules',
    refusal: null,
    notice: 'files-not-looked-into',
    megabytes: 700,
    async write(layout) {
      const content = (index: number) => Buffer.from(`{"name":"m${index}","version":"1.0.0"}`);
      const path = (index: number) => `app/node_modules/m${index}/package.json`;
      await layout.finish([
        await layout.layer(each(300_000, index => ({ path: path(index), content: content(index) }))),
      ]);
    },
  },
];

const X = Buffer.from('x');
/** Of 1,024 zeros, an empty tar. */
const EMPTY = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';
