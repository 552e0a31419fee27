import { describe } from 'vitest';
import { conforms } from '../support/conformance/conformance.ts';
import type { Medium } from '../support/conformance/medium.ts';
import { SAMPLE_LABELS, SAMPLE_STEPS } from '../support/conformance/sample-image.ts';
import { type FabricatedBlob, type FabricatedImage, fabricateImage } from '../support/fabricate/image.ts';

const registry = process.env['DEADWEIGHT_REGISTRY'];
const REPOSITORY = 'deadweight-e2e-registry';

describe.skipIf(!registry)('a real registry', () => {
  const medium: Medium = {
    name: 'at DEADWEIGHT_REGISTRY',
    isPositional: false,
    hasBlobs: true,
    fetchesLayers: true,
    prepare: async images => {
      for (const image of images) await push(image);
      return { reference: `docker://${registry}/${REPOSITORY}:1` };
    },
  };
  for (const compression of ['gzip', 'zstd'] as const) {
    const image = () =>
      fabricateImage({ steps: SAMPLE_STEPS, labels: SAMPLE_LABELS, tags: [`${REPOSITORY}:1`], compression });
    describe(`${compression} layers`, () => conforms(medium, async () => [await image()]));
  }
});

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#push */
async function push({ config, layers, manifest }: FabricatedImage): Promise<void> {
  for (const blob of [config, ...layers]) await pushBlob(blob);
  const headers = { 'content-type': manifest.mediaType };
  await put(`http://${registry}/v2/${REPOSITORY}/manifests/1`, manifest.bytes, headers);
}

async function pushBlob({ bytes, digest }: FabricatedBlob): Promise<void> {
  const start = await fetch(`http://${registry}/v2/${REPOSITORY}/blobs/uploads/`, { method: 'POST' });
  const location = new URL(start.headers.get('location') ?? '', `http://${registry}`);
  location.searchParams.set('digest', digest);
  await put(location.href, bytes, { 'content-type': 'application/octet-stream' });
}

async function put(url: string, body: Uint8Array, headers: Record<string, string>): Promise<void> {
  const answer = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
}
