import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { openImage } from '../../src/image/open-image.ts';
import { conforms } from '../support/conformance/conformance.ts';
import { containerdArchive } from '../support/conformance/fake-engine.ts';
import { type Medium, openOptions } from '../support/conformance/medium.ts';
import { SAMPLE_LABELS, SAMPLE_STEPS } from '../support/conformance/sample-image.ts';
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
    const medium: Medium = {
      name: `with ${store}`,
      isPositional: false,
      hasBlobs: store === 'containerd',
      prepare: async images => {
        await ask(env.DOCKER_HOST, 'POST', '/images/load?quiet=1', await makeArchive(images));
        const close = async () => void (await ask(env.DOCKER_HOST, 'DELETE', `/images/${TAG}?force=1`));
        return { reference: `docker-daemon:${TAG}`, env, close };
      },
    };
    conforms(medium, async (): Promise<readonly FabricatedImage[]> => [await image()]);

    it('reads the base image, whole', async () => {
      const opened = await openImage(BASE, openOptions({ env }));
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

/** One request to the engine on its Unix socket. */
function ask(host: string, method: string, path: string, body?: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socketPath = host.replace(/^unix:\/\//, '');
    const headers = { 'content-type': 'application/x-tar' };
    const sent = request({ socketPath, method, path, headers }, answer => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(text))));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
