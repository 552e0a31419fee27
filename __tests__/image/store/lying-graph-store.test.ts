import { Buffer } from 'node:buffer';
import { appendFileSync, chmodSync, copyFileSync, cpSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { noScanStore, type ScanStore } from '../../../src/layer/scan-store.ts';
import {
  editRecord,
  flip,
  GRAPH_LIES,
  inside,
  LIED_ABOUT,
  LIES_OF_CONTENTS,
  type Lie,
  replace,
} from '../../support/conformance/graph-lies.ts';
import { agreeing, allContents, KeptEngine } from '../../support/conformance/kept-engine.ts';
import { type FabricatedImage, fabricateImage } from '../../support/fabricate/image.ts';
import { file, whiteout } from '../../support/fabricate/node.ts';

const image = LIED_ABOUT;

type Engine = KeptEngine;

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
  it.each(GRAPH_LIES)('%s', async (_name, tell) => {
    await withEngine(async engine => {
      const told = await engine.weigh({}, { engineStore: 'api' });
      tell(engine);
      engine.lines.length = 0;
      expect([engine.sent, await engine.weigh()]).toEqual([1, expect.any(Array)]);
      const figures = await engine.weigh();
      expect(engine.sent).toBe(3);
      expect(engine.lines.join('\n')).toMatch(
        /Layers are not read from the engine's own files: |are not read: /,
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
  it.each(LIES_OF_CONTENTS)('are those of the API where %s', async (_name, tell) => {
    await withEngine(async engine => {
      const told = known(await engine.weigh({ verify: true }, { engineStore: 'api' }));
      tell(engine);
      expect(await engine.weigh(allContents(image, told))).toEqual(told);
      expect(await engine.weigh({ verify: true })).toEqual(told);
      expect(engine.sent).toBe(3);
    });
  });

  it.each<[...Lie, streams: number]>([
    ['a file changes', engine => flip(inside(engine).a), 1],
    ['a file grows', engine => appendFileSync(inside(engine).a, 'x'), 1],
    ['a file goes', engine => rmSync(inside(engine).a), 1],
    // It was read, and is not read again.
    ['a record goes', engine => rmSync(engine.layer(0).record), 0],
    ['all goes', engine => rmSync(engine.root, { recursive: true }), 1],
  ])('are those of the API where %s between two looks', async (_name, tell, streams) => {
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
      expect(engine.sent).toBe(1 + streams);
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
      await setTimeout(300);
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
