import { describe, expect, it } from 'vitest';
import { openImage } from '../../src/image/open-image.ts';
import { conforms } from '../support/conformance/conformance.ts';
import { containerdArchive } from '../support/conformance/fake-engine.ts';
import { type Medium, openOptions } from '../support/conformance/medium.ts';
import { SAMPLE_LABELS, SAMPLE_STEPS } from '../support/conformance/sample-image.ts';
import { askEngine } from '../support/e2e/engine-api.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { type FabricatedImage, fabricateImage } from '../support/fabricate/image.ts';

const TAG = 'deadweight-e2e-daemon:1';
const BASE = 'deadweight/debian:bookworm';

const image = () => fabricateImage({ steps: SAMPLE_STEPS, labels: SAMPLE_LABELS, tags: [TAG] });

describe.each([
  ['overlay2', process.env['DEADWEIGHT_E2E_OVERLAY2'], dockerArchive],
  ['containerd', process.env['DEADWEIGHT_E2E_CONTAINERD'], containerdArchive],
] as const)('a real engine, %s', (store, host, makeArchive) => {
  describe.skipIf(!host)('at DOCKER_HOST', () => {
    const env = { DOCKER_HOST: host ?? '' };
    const medium = (engineStore: 'api' | 'auto'): Medium => ({
      name: `with ${store}, ${engineStore === 'api' ? 'through its API' : 'in its own files'}`,
      isPositional: store === 'overlay2' && engineStore === 'auto',
      hasBlobs: store === 'containerd',
      prepare: async images => {
        await askEngine(env.DOCKER_HOST, 'POST', '/images/load?quiet=1', await makeArchive(images));
        const close = async () => void (await askEngine(env.DOCKER_HOST, 'DELETE', `/images/${TAG}?force=1`));
        return { reference: `docker-daemon:${TAG}`, env, engineStore, close };
      },
    });
    for (const engineStore of ['api', 'auto'] as const)
      conforms(medium(engineStore), async (): Promise<readonly FabricatedImage[]> => [await image()]);

    it('reads the base image, whole', async () => {
      const opened = await openImage(BASE, openOptions({ env, engineStore: 'api' }));
      const [scan] = await opened.scan({});
      expect(scan?.entries.length).toBeGreaterThan(3000);
      expect(scan?.verified).toBe(true);
      expect(opened.layers.map(layer => layer.digest !== null)).toEqual([store === 'containerd']);
      await opened.close();
    });

    it('says that an image is not there', async () => {
      const open = openImage('deadweight/no-such-image:1', openOptions({ env }));
      await expect(open).rejects.toMatchObject({ code: 'image-not-found' });
    });
  });
});
