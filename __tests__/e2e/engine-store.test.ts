import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { scanLayerStream } from '../../src/layer/scan.ts';
import { COLLECTORS } from '../../src/packages/collectors.ts';
import { containerdArchive } from '../support/conformance/fake-engine.ts';
import { type Figures, figuresOf } from '../support/conformance/kept-engine.ts';
import { BUILDS, contextOf } from '../support/e2e/built-images.ts';
import { askEngine } from '../support/e2e/engine-api.ts';
import { STORES } from '../support/e2e/engines.ts';
import { docker, weighFourWays } from '../support/e2e/four-ways.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { type FabricatedImage, fabricateImage } from '../support/fabricate/image.ts';
import { layerDescriptions } from '../support/fabricate/random-image.ts';
import { folderOf } from '../support/folder.ts';
import { times } from '../support/long.ts';

const REGISTRY = process.env['DEADWEIGHT_REGISTRY'] ?? null;
/** Of each engine. */
const RANDOM = times(3, 100);
const BUILT = times(2, BUILDS.length);
const SEED = Number(process.env['DEADWEIGHT_SEED'] ?? 0) || 1;

async function truthOf(image: FabricatedImage): Promise<Figures> {
  const scans = image.layers.map(({ tar, diffId }) =>
    scanLayerStream(Readable.from([tar]), {
      diffId,
      content: 'all',
      verify: true,
      collectors: COLLECTORS,
    }),
  );
  return (await Promise.all(scans)).map(scan => figuresOf(scan));
}

describe.each(STORES)('an image in the files of a real engine, %s', (store, host = '') => {
  describe.skipIf(host === '')('is what it is through the API, saved and in a registry', () => {
    const said: string[] = [];
    afterAll(() => console.log(`${store}: ${said.join('; ')}`));

    it('when it is random', { timeout: 3_600_000 }, async () => {
      const folder = await folderOf();
      const drawn = fc.sample(fc.array(layerDescriptions, { minLength: 1, maxLength: 6 }), {
        numRuns: RANDOM * 12,
        seed: SEED,
      });
      const made = drawn.entries();
      const counts = { weighed: 0, refused: 0, unsaved: 0, better: 0 };
      const reasons: string[] = [];
      const work = async () => {
        for (const [index, layers] of made) {
          if (counts.weighed >= RANDOM) return;
          const tag = `deadweight-random-${store}-${SEED}-${index}:1`;
          const image = await fabricateImage({
            tags: [tag],
            steps: layers.map((layer, at) => ({ createdBy: `COPY ${index} ${at}`, layer })),
          });
          // What no engine unpacks is not asked for: a path below a file, a hard link to what is not there.
          if (!(await load(image))) {
            counts.refused += 1;
            continue;
          }
          const truth = await truthOf(image);
          const ways = await weighFourWays(tag, { host, folder, registry: REGISTRY, truth });
          for (const [way, found] of Object.entries(ways.figures))
            if (ways.isSaved || typeof found !== 'string')
              expect([index, way, found]).toEqual([index, way, truth]);
          if (ways.isSaved) {
            counts.weighed += 1;
            if (ways.notRead !== null) reasons.push(`${index}: ${ways.notRead}`);
          } else {
            counts.unsaved += 1;
            if (typeof ways.figures['the files, by position'] !== 'string') counts.better += 1;
          }
          await askEngine(host, 'DELETE', `/images/${tag}?force=1`);
        }
      };
      await Promise.all([work(), work(), work()]);
      said.push(JSON.stringify(counts), ...reasons);
      expect(reasons).toEqual([]);
      expect(counts.weighed).toBeGreaterThanOrEqual(RANDOM);
    });

    it.each(BUILDS.slice(0, BUILT))('when it is built: %s', async (name, instructions) => {
      const context = await contextOf(instructions);
      const tag = `deadweight-built-${store}-${BUILDS.findIndex(([each]) => each === name)}:1`;
      await docker(host, 'build', '-q', '--provenance=false', '-t', tag, context);
      try {
        const { figures, isSaved, notRead } = await weighFourWays(tag, {
          host,
          folder: context,
          registry: REGISTRY,
        });
        const { api, ...others } = figures;
        expect([isSaved, typeof api]).toEqual([true, 'object']);
        for (const [way, found] of Object.entries(others)) expect([way, found]).toEqual([way, api]);
        expect(notRead).toBeNull();
      } finally {
        await docker(host, 'rmi', '-f', tag);
      }
    });

    const load = async (image: FabricatedImage): Promise<boolean> => {
      const archive = await (store === 'overlay2' ? dockerArchive : containerdArchive)([image]);
      const answer = await askEngine(host, 'POST', '/images/load?quiet=1', archive).catch(String);
      return !/error/i.test(answer);
    };
  });
});
