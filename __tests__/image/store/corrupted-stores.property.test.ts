import { Buffer } from 'node:buffer';
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { containerdArchive } from '../../support/conformance/fake-engine.ts';
import {
  agreeing,
  allContents,
  type Figures,
  KeptEngine,
  type StoreKind,
} from '../../support/conformance/kept-engine.ts';
import { dockerArchive } from '../../support/fabricate/docker-archive.ts';
import { type FabricatedImage, fabricateImage } from '../../support/fabricate/image.ts';
import { dir, file, hardlink, opaque, symlink, whiteout } from '../../support/fabricate/node.ts';
import { times } from '../../support/long.ts';

/**
 * Files of the same size, as layers rewrite them, so that much can be taken for something else; but no two layers have the very
 * same ones, whose records could be taken for each other.
 */
const image = await fabricateImage({
  tags: ['app:1'],
  steps: [
    {
      createdBy: 'ADD rootfs /',
      compression: 'none',
      layer: {
        etc: dir(),
        'etc/a': file(700, { seed: 1 }),
        'etc/b': file(700, { seed: 2 }),
        'etc/hard': hardlink('etc/a'),
        'usr/link': symlink('../etc/a'),
        [`usr/${'long/'.repeat(30)}name`]: file(700, { seed: 3 }),
      },
    },
    {
      createdBy: 'RUN',
      layer: {
        'etc/a': file(700, { seed: 4 }),
        'etc/b': whiteout(),
        'etc/c': file(700, { seed: 5 }),
        srv: opaque(),
      },
    },
    {
      createdBy: 'COPY',
      compression: 'zstd',
      layer: { 'etc/a': file(700, { seed: 6 }), 'etc/d': file(700, { seed: 7 }) },
    },
  ],
});

/** Something that is done to files, which are named by numbers. */
type Corruption = (files: readonly string[]) => void;

const number = fc.nat();
const edits: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc.oneof(
  fc.tuple(number, fc.integer({ min: 1, max: 255 })).map(([at, by]) => (bytes: Buffer) => {
    const changed = Buffer.from(bytes);
    if (changed.length > 0) changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ by;
    return changed;
  }),
  number.map(at => (bytes: Buffer) => bytes.subarray(0, at % (bytes.length + 1))),
  number.map(at => (bytes: Buffer) => bytes.subarray(at % (bytes.length + 1))),
  fc.tuple(number, fc.uint8Array({ minLength: 1, maxLength: 700 })).map(
    ([at, more]) =>
      (bytes: Buffer) =>
        Buffer.concat([
          bytes.subarray(0, at % (bytes.length + 1)),
          more,
          bytes.subarray(at % (bytes.length + 1)),
        ]),
  ),
  fc.tuple(number, number).map(
    ([at, length]) =>
      (bytes: Buffer) =>
        Buffer.concat([
          bytes.subarray(0, at % (bytes.length + 1)),
          bytes.subarray((at % (bytes.length + 1)) + (length % 40)),
        ]),
  ),
);

const pick = (files: readonly string[], index: number) => files[index % files.length] ?? '';

const corruptions: fc.Arbitrary<Corruption> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(number, edits).map(([index, edit]) => (files: readonly string[]) => {
      const path = pick(files, index);
      writeFileSync(path, edit(readFileSync(path)));
    }),
  },
  fc.tuple(number, number).map(([index, other]) => (files: readonly string[]) => {
    const [one, two] = [pick(files, index), pick(files, other)];
    renameSync(one, `${one}.away`);
    if (one !== two) renameSync(two, one);
    renameSync(`${one}.away`, two);
  }),
  fc.tuple(number, number).map(([index, other]) => (files: readonly string[]) => {
    const [from, to] = [pick(files, index), pick(files, other)];
    if (from !== to) cpSync(from, to);
  }),
  number.map(index => (files: readonly string[]) => rmSync(pick(files, index), { force: true })),
);

function filesBelow(root: string): readonly string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
}

it.each<readonly [StoreKind, (images: readonly FabricatedImage[]) => Promise<Buffer>]>([
  ['graph', dockerArchive],
  ['containerd', containerdArchive],
])(
  'has the figures of the API whatever becomes of the files of the %s store',
  { timeout: 1_200_000 },
  async (store, archiveOf) => {
    const archive = await archiveOf([image]);
    const whole = await KeptEngine.start(image, store, { archive });
    const truth = await whole.weigh({ verify: true }, { engineStore: 'api' });
    if (typeof truth === 'string') throw new TypeError(truth);
    let read = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(corruptions, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('headers', 'contents', 'verified'),
        fc.boolean(),
        async (some, what, isOpen) => {
          const engine = await KeptEngine.start(image, store, { archive });
          try {
            const files = filesBelow(engine.root);
            const corrupt = () => {
              // A file that one has taken away is not there for the next.
              for (const each of some)
                try {
                  each(files);
                } catch (error) {
                  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
                }
            };
            const request =
              what === 'contents' ? allContents(image, truth) : what === 'verified' ? { verify: true } : {};
            if (!isOpen) corrupt();
            const found = await engine.weigh(request, {}, isOpen ? corrupt : undefined);
            const figures: Figures = typeof found === 'string' ? [] : found;
            expect(figures).toEqual(what === 'headers' ? agreeing(truth, figures) : truth);
            if (engine.sent === 0) read += 1;
          } finally {
            await engine.close();
          }
        },
      ),
      { numRuns: times(100, 1500) },
    );
    // What is not looked at does no harm: it is no test of a way that is never taken.
    expect(read).toBeGreaterThan(5);
    await whole.close();
  },
);
