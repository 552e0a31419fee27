import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Crc64 } from '../../../src/image/store/crc64.ts';
import { noScanStore, type ScanStore } from '../../../src/layer/scan-store.ts';
import { agreeing, allContents, KeptEngine } from '../../support/conformance/kept-engine.ts';
import { type FabricatedImage, fabricateImage } from '../../support/fabricate/image.ts';
import { dir, file, hardlink, opaque, symlink, whiteout } from '../../support/fabricate/node.ts';

const image = await fabricateImage({
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

type Engine = KeptEngine;
type Lie = readonly [name: string, tell: (engine: Engine) => unknown];

function editRecord(engine: Engine, edit: (lines: string[]) => readonly string[]): void {
  const { record } = engine.layer(0);
  const lines = gunzipSync(readFileSync(record)).toString('utf8').split('\n');
  writeFileSync(record, gzipSync(edit(lines).join('\n')));
}

const rename = (name: string) => (engine: Engine) =>
  editRecord(engine, lines => lines.map(line => line.replace('"etc/a"', JSON.stringify(name))));

/** The file and another one beside it, of its size. */
const inside = (engine: Engine) => {
  const { files } = engine.layer(0);
  return { a: join(files, 'etc/a'), b: join(files, 'etc/b'), outside: join(engine.root, '../outside') };
};

function replace(path: string, make: () => void): void {
  rmSync(path, { recursive: true });
  make();
}

/** What is told before the image is opened, and noticed although nobody asks for contents. */
const LIES: readonly Lie[] = [
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

async function withEngine(
  body: (engine: Engine) => Promise<void>,
  more: Parameters<typeof KeptEngine.start>[2] = {},
  made: FabricatedImage = image,
) {
  const engine = await KeptEngine.start(made, 'graph', more);
  try {
    await body(engine);
  } finally {
    await engine.close();
  }
}

describe('gives the figures of the API, and says so to who debugs, where', () => {
  it.each(LIES)('%s', async (_name, tell) => {
    await withEngine(async engine => {
      const told = await engine.weigh({}, { engineStore: 'api' });
      tell(engine);
      engine.lines.length = 0;
      expect([engine.sent, await engine.weigh()]).toEqual([1, expect.any(Array)]);
      const figures = await engine.weigh();
      expect(engine.sent).toBe(3);
      expect(engine.lines.join('\n')).toMatch(
        /Layers are not read from the engine's own files: |not to be read here|are not read: /,
      );
      expect(figures).toEqual(agreeing(known(told), known(figures)));
      // Also where contents are asked for at once.
      expect(await engine.weigh(allContents(image, known(told)))).toEqual(told);
    });
  });

  it.each(['data', './data', '../data', '', '.', '/', '/proc/self/cwd', '/nonexistent'])(
    'the engine says that it keeps its images in %j',
    async says => {
      await withEngine(
        async engine => {
          const told = await engine.weigh({}, { engineStore: 'api' });
          const before = process.cwd();
          try {
            process.chdir(dirname(engine.root));
            expect(await engine.weigh()).toEqual(told);
          } finally {
            process.chdir(before);
          }
          expect(engine.sent).toBe(2);
        },
        { says: () => says },
      );
    },
  );

  it.skipIf(process.getuid?.() !== 0)('the files are another user’s', async () => {
    await withEngine(async engine => {
      const told = await engine.weigh({}, { engineStore: 'api' });
      chmodSync(dirname(engine.root), 0o755);
      chmodSync(engine.host.slice('unix://'.length), 0o777);
      for (const path of [engine.layer(0).record, dirname(inside(engine).a), inside(engine).b, engine.root]) {
        chmodSync(path, 0o000);
        process.seteuid?.(65_534);
        try {
          const figures = known(await engine.weigh());
          expect(figures).toEqual(agreeing(known(told), figures));
        } finally {
          process.seteuid?.(0);
        }
        chmodSync(path, 0o755);
      }
      // A file is looked at there, and not read.
      expect(engine.sent).toBe(4);
    });
  });
});

describe('is read where it lies, with the figures of the API, where', () => {
  it.each<Lie>([
    ['nothing is wrong', () => undefined],
    [
      'the root is a link',
      engine => {
        renameSync(engine.root, inside(engine).outside);
        symlinkSync(inside(engine).outside, engine.root);
      },
    ],
    [
      'the store was copied',
      engine => {
        cpSync(engine.root, inside(engine).outside, { recursive: true });
        replace(engine.root, () => cpSync(inside(engine).outside, engine.root, { recursive: true }));
      },
    ],
  ])('%s', async (_name, tell) => {
    await withEngine(async engine => {
      const told = known(await engine.weigh({ verify: true }, { engineStore: 'api' }));
      tell(engine);
      const figures = known(await engine.weigh(allContents(image, told)));
      expect(figures).toEqual(told);
      expect(engine.sent).toBe(1);
    });
  });
});

describe('contents that are not those of the layer', () => {
  it.each<Lie>([
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
  ])('are those of the API where %s', async (_name, tell) => {
    await withEngine(async engine => {
      const told = known(await engine.weigh({ verify: true }, { engineStore: 'api' }));
      tell(engine);
      expect(await engine.weigh(allContents(image, told))).toEqual(told);
      expect(await engine.weigh({ verify: true })).toEqual(told);
      expect(engine.sent).toBe(3);
    });
  });

  it.each<Lie>([
    ['a file changes', engine => flip(inside(engine).a)],
    ['a file grows', engine => appendFileSync(inside(engine).a, 'x')],
    ['a file goes', engine => rmSync(inside(engine).a)],
    ['a record goes', engine => rmSync(engine.layer(0).record)],
    ['all goes', engine => rmSync(engine.root, { recursive: true })],
  ])('are those of the API where %s between two looks', async (_name, tell) => {
    await withEngine(async engine => {
      const told = known(await engine.weigh({ verify: true }, { engineStore: 'api' }));
      const opened = await engine.open();
      await opened.scan({});
      expect(engine.sent).toBe(1);
      tell(engine);
      const scans = await opened.scan(allContents(image, told));
      expect(scans.map(scan => [...(scan?.entries ?? [])].map(entry => entry.content ?? null))).toEqual(
        told.map(layer => layer?.contents),
      );
      expect(engine.sent).toBe(2);
      await opened.close();
    });
  });
});

/** What only the bytes of a whole layer prove: each of these is a store that was written anew by who knows how. */
describe('is not noticed unless all is verified, where', () => {
  it.each<Lie>([
    [
      'a record was written anew, with other headers',
      engine =>
        editRecord(engine, lines => {
          const at = lines.findIndex(line => line.startsWith('{"type":2'));
          const { payload, ...rest } = JSON.parse(lines[at] ?? '');
          const bytes = Buffer.from(payload, 'base64');
          return lines.with(
            at,
            JSON.stringify({ ...rest, payload: withMode(bytes, 0o4777).toString('base64') }),
          );
        }),
    ],
    [
      'a file is another of its size, and older than the record',
      async engine => {
        flip(inside(engine).a);
        // File systems tell times in steps.
        await setTimeout(50);
        editRecord(engine, lines => lines);
      },
    ],
    [
      'record, files and size of a layer are all those of another',
      engine => {
        for (const name of ['tar-split.json.gz', 'cache-id', 'size'])
          copyFileSync(join(engine.layer(1).facts, name), join(engine.layer(0).facts, name));
      },
    ],
    [
      'a record lacks an empty file',
      engine =>
        editRecord(engine, lines =>
          lines.map(line => {
            const wire: { payload?: string } = line === '' ? {} : JSON.parse(line);
            const bytes = Buffer.from(wire.payload ?? '', 'base64');
            const at = bytes.indexOf('etc/empty\0');
            if (at < 0) return line;
            const others = [bytes.subarray(0, at), bytes.subarray(at + 512)];
            return JSON.stringify({ ...wire, payload: Buffer.concat(others).toString('base64') });
          }),
        ),
    ],
  ])('%s', async (_name, tell) => {
    await withEngine(async engine => {
      const told = known(await engine.weigh({ verify: true }, { engineStore: 'api' }));
      await tell(engine);
      const figures = await engine.weigh(allContents(image, told));
      expect(engine.sent).toBe(1);
      expect(figures).not.toEqual(told);
      expect(await engine.weigh({ verify: true })).toEqual(told);
      expect(engine.sent).toBe(2);
    });
  });
});

it('is not noticed unless all is verified, where a record is that of a layer with the same files', async () => {
  const layers = [1, 2].map(seed => ({ 'etc/a': file(700, { seed }), [`etc/${seed}`]: whiteout() }));
  const steps = layers.map(layer => ({ createdBy: 'COPY', layer }));
  const made = await fabricateImage({ tags: ['app:1'], steps });
  await withEngine(
    async engine => {
      const told = known(await engine.weigh({ verify: true }, { engineStore: 'api' }));
      copyFileSync(engine.layer(1).record, engine.layer(0).record);
      const figures = known(await engine.weigh());
      expect(figures[0]?.whiteouts).toEqual(told[1]?.whiteouts);
      expect(await engine.weigh({ verify: true })).toEqual(told);
    },
    {},
    made,
  );
});

it('keeps no scan of what it does not believe', async () => {
  const layer = Object.fromEntries(
    Array.from({ length: 600 }, (_, index) => [`usr/${index}`, file(2000, { seed: index })]),
  );
  const other = Object.fromEntries(
    Object.entries(layer).map(([path], index) => [path, file(index < 1 ? 1999 : 2000)]),
  );
  const made = await fabricateImage({
    tags: ['app:1'],
    steps: [
      { createdBy: 'COPY', layer },
      { createdBy: 'COPY', layer: other },
    ],
  });
  const kept = new Map<string, unknown>();
  const store: ScanStore = {
    ...noScanStore,
    putPlaced: async ({ diffId }, scan) => void kept.set(diffId, scan),
  };
  await withEngine(
    async engine => {
      copyFileSync(engine.layer(1).record, engine.layer(0).record);
      await setTimeout(2100);
      const told = await engine.weigh({}, { engineStore: 'api' });
      expect(await engine.weigh({ store })).toEqual(told);
      expect(engine.sent).toBe(2);
      expect([...kept.keys()]).not.toContain(made.layers[0]?.diffId);
    },
    {},
    made,
  );
});

function known<T>(figures: T | string): T {
  if (typeof figures === 'string') throw new TypeError(`there are no figures: ${figures}`);
  return figures;
}

/** A header of a tar, with another mode and the checksum that it needs. */
function withMode(bytes: Buffer, mode: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.write(`${mode.toString(8).padStart(7, '0')}\0`, 100, 'latin1');
  changed.fill(' ', 148, 156);
  const sum = changed.subarray(0, 512).reduce((all, byte) => all + byte, 0);
  changed.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return changed;
}

function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes[9] = (bytes[9] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
