import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bundles, deadweight, inspect } from './command-line.ts';
import { type BenchFile, flatImage, writeArchive } from './fixture.ts';
import { inTurn, peakBytesOf, secondsOf } from './measure.ts';
import type { Growth } from './page.ts';

type Layers = readonly (readonly BenchFile[])[];

/** How time and memory grow with one thing, all else the same. */
export async function measureGrowth(
  folder: string,
  { cli }: Bundles,
  tell: (what: string) => void,
): Promise<readonly Growth[]> {
  const archive = join(folder, 'growing.tar');
  const grown: Growth[] = [];
  for (const { what, points } of GROWTHS) {
    const measured: Growth['points'][number][] = [];
    for (const [label, layers] of points) {
      tell(`how it grows with ${what}: ${label}`);
      writeArchive(archive, 'deadweight/bench:growing', layers());
      const { own = [] } = await inTurn(3, {
        own: () => deadweight(cli, inspect(`docker-archive:${archive}`)),
      });
      await rm(archive);
      measured.push({ label, seconds: secondsOf(own), peakBytes: peakBytesOf(own) });
    }
    grown.push({ what, points: measured });
  }
  return grown;
}

const GROWTHS: readonly {
  readonly what: string;
  readonly points: readonly (readonly [label: string, () => Layers])[];
}[] = [
  {
    what: 'files, in five layers',
    points: [50, 100, 200, 400].map(count => [`${count},000`, () => flatImage(count * 1000, 5, 100)]),
  },
  {
    what: 'layers, of 100,000 files',
    points: [5, 25, 50, 100].map(count => [String(count), () => flatImage(100_000, count, 100)]),
  },
  {
    what: 'whiteouts of a directory, among 400 layers on 100,000 files',
    points: [0, 100, 200, 400].map(count => [String(count), () => withWhiteouts(count)]),
  },
  {
    what: 'bytes, in 100 files',
    points: [1, 2, 4, 8].map(gigabytes => [`${gigabytes} GB`, () => flatImage(100, 5, gigabytes * 1e7)]),
  },
];

function withWhiteouts(count: number): Layers {
  return [
    ...flatImage(100_000, 1, 100),
    ...Array.from({ length: 400 }, (_, index) => [
      { path: index < count ? `srv/layer-0/.wh.dir-${index}` : `other/${index}`, size: 0 },
    ]),
  ];
}
