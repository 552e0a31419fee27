import { join } from 'node:path';
import { type Bundles, deadweight, inspect } from './command-line.ts';
import { compareFiles } from './comparison.ts';
import { comparedImages, writeArchive } from './fixture.ts';
import type { Route } from './route.ts';

/** Two images of 100,000 files whose snapshots are there, held against weighing one of them. */
export function comparisonRoutes(folder: string, { cli }: Bundles): readonly Route[] {
  const archive = join(folder, 'compared.tar');
  const snapshotOf = async (layers: Parameters<typeof writeArchive>[2], name: string): Promise<string> => {
    const path = join(folder, name);
    writeArchive(archive, 'deadweight/bench:compared', layers);
    await deadweight(cli, inspect(`docker-archive:${archive}`, '--verify', '--snapshot', path));
    return path;
  };
  const { baseline, heads } = comparedImages();
  const floor = 'weighing one of the images';
  return heads.map(
    ({ what, layers }): Route => ({
      rows: [
        { name: `comparing 100,000 files, ${what}`, floor, mostTimes: 0.5 },
        { name: `\`diff\` of two snapshots, ${what}`, floor, mostTimes: null, own: 'diff' },
      ],
      async prepare() {
        const before = await snapshotOf(baseline, 'baseline.json');
        const after = await snapshotOf(layers, 'head.json');
        return {
          own: () => compareFiles(before, after),
          diff: () => deadweight(cli, ['diff', before, after, '--quiet']),
          floor: () => deadweight(cli, inspect(`docker-archive:${archive}`)),
        };
      },
    }),
  );
}
