import { join } from 'node:path';
import { type Bundles, bareNode, deadweight, inspect, ofBundles } from './command-line.ts';
import { type BenchFile, flatImage, largeImage, tallImage, writeArchive, writeLayout } from './fixture.ts';
import { run } from './measure.ts';
import type { Contestant, Route, RowPlan } from './route.ts';

const MB = 1_000_000;

/** Files on disk, held against reading or decompressing them. */
export function archiveRoutes(folder: string, bundles: Bundles): readonly Route[] {
  const start: Route = {
    rows: [{ name: '`--version`', floor: '`node -e 0`', mostTimes: 2.5 }],
    rounds: 20,
    prepare: async () => ({ ...ofBundles(bundles, ['--version']), floor: bareNode }),
  };
  const saved = (row: Omit<RowPlan, 'floor'>, image: () => readonly (readonly BenchFile[])[]): Route => ({
    rows: [{ ...row, floor: '`cat`' }],
    async prepare() {
      const path = join(folder, 'saved.tar');
      writeArchive(path, 'deadweight/bench:saved', image());
      return { ...weigh(bundles, `docker-archive:${path}`), floor: () => run('cat', [path]) };
    },
  });
  const layout = (row: RowPlan, compression: 'gzip' | 'zstd'): Route => ({
    rows: [row],
    async prepare() {
      const directory = join(folder, compression);
      const blobs = writeLayout(directory, 'large', largeImage(), compression);
      return { ...weigh(bundles, `oci:${directory}`), floor: decompress(`${compression} -dc`, blobs) };
    },
  });
  const squashed: Route = {
    rows: [
      {
        name: 'saved archive, 1.3 GB, all but its base squashed into an archive',
        floor: '`cat` of it to a file',
        mostTimes: 2.5,
        mostBytes: 200 * MB,
      },
    ],
    async prepare() {
      const [path, copy] = [join(folder, 'saved.tar'), join(folder, 'copy.tar')];
      writeArchive(path, 'deadweight/bench:saved', largeImage());
      const squash = ['squash', `docker-archive:${path}`, '--layers', '1..8', '--quiet'];
      return {
        ...ofBundles(bundles, [...squash, '--output', `docker-archive:${copy}`]),
        floor: () => run('sh', ['-c', 'cat "$1" >"$2"', 'sh', path, copy]),
      };
    },
  };
  return [
    start,
    saved({ name: 'saved archive, 1.3 GB, 62,000 files', mostTimes: 2.5, mostBytes: 160 * MB }, largeImage),
    saved(
      {
        name: 'saved archive, 0.9 GB, 100,000 small files, 400 whiteouts',
        mostTimes: 5,
        mostBytes: 160 * MB,
      },
      () => tallImage(true, 8_000),
    ),
    saved({ name: 'saved archive, a million files in five layers', mostTimes: 20, mostBytes: 400 * MB }, () =>
      flatImage(1_000_000, 5, 100),
    ),
    squashed,
    layout(
      {
        name: 'OCI layout, gzip, 1.3 GB uncompressed',
        floor: '`gzip -dc`, one layer after the other',
        mostTimes: 0.9,
      },
      'gzip',
    ),
    layout(
      {
        name: 'OCI layout, zstd, 1.3 GB uncompressed',
        floor: '`zstd -dc`, one layer after the other',
        mostTimes: 3,
      },
      'zstd',
    ),
  ];
}

/** With findings, and without. */
function weigh(bundles: Bundles, image: string): Readonly<Record<string, Contestant>> {
  return {
    ...ofBundles(bundles, inspect(image)),
    alone: () => deadweight(bundles.cli, inspect(image, '--no-findings')),
  };
}

/** Decompresses blobs one after the other. */
function decompress(command: string, blobs: readonly string[]): Contestant {
  return () => run('sh', ['-c', `for blob in "$@"; do ${command} <"$blob" || exit; done`, 'sh', ...blobs]);
}
