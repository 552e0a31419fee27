import { join } from 'node:path';
import { exploreImage } from './exploration.ts';
import { pressKeys } from './exploration-keys.ts';
import { largeImage, writeArchive } from './fixture.ts';
import type { Route } from './route.ts';

/** The explorer's first screen, held against weighing the image that it shows. */
export function explorationRoutes(folder: string): readonly Route[] {
  const floor = 'CPU of weighing it';
  return [
    {
      rows: [
        { name: '`explore`, 62,000 files: the first screen', floor, mostTimes: 0.1 },
        { name: '`explore`, 62,000 files: the tree', floor, mostTimes: 0.1, own: 'files' },
      ],
      async prepare() {
        const path = join(folder, 'explored.tar');
        writeArchive(path, 'deadweight/bench:explored', largeImage());
        const image = `docker-archive:${path}`;
        return {
          own: () => exploreImage(image, 'screen'),
          files: () => exploreImage(image, 'files'),
          floor: () => exploreImage(image, 'weighing'),
        };
      },
    },
    {
      rows: [
        {
          name: '`explore`, 1,000,000 files: CPU of the slowest key',
          floor: '50 ms of CPU',
          mostTimes: 1,
        },
      ],
      rounds: 3,
      prepare: async () => ({
        own: pressKeys,
        floor: async () => ({ seconds: 0.05, peakBytes: null }),
      }),
    },
  ];
}
