import { describe } from 'vitest';
import { conforms } from '../support/conformance/conformance.ts';
import { MEDIA } from '../support/conformance/media.ts';
import { type FabricatedImage, fabricateImage, type ImageDescription } from '../support/fabricate/image.ts';
import { dir, file, hardlink, opaque, symlink, whiteout } from '../support/fabricate/node.ts';

const same = { 'srv/same': file(3000, { seed: 9 }) };

const steps: ImageDescription['steps'] = [
  {
    createdBy: 'ADD rootfs /',
    layer: {
      etc: dir(),
      'etc/base.note': file('lowest'),
      'usr/lib/big.so': file(300_000),
      'usr/lib/link.so': symlink('big.so'),
      'usr/lib/hard.so': hardlink('usr/lib/big.so'),
    },
  },
  { createdBy: 'ENV A=1' },
  { createdBy: 'RUN rm', layer: { 'usr/lib/big.so': whiteout(), 'etc/x': file(70_000), etc: opaque() } },
  { createdBy: 'COPY same /srv', layer: same },
  { createdBy: 'WORKDIR /empty', layer: { empty: dir() } },
  { createdBy: 'COPY same /srv # again', layer: same },
  { createdBy: 'CMD ["x"]' },
];

const labels = { maintainer: 'tests' };
const made = new Map<string, Promise<readonly FabricatedImage[]>>();

/** Two images, so that a medium which takes several must choose. */
function images(key: string, description: Omit<ImageDescription, 'steps'>) {
  const make = () =>
    Promise.all([
      fabricateImage({ steps, labels, tags: ['app:1'], ...description }),
      fabricateImage({ steps: steps.slice(0, 1), labels, tags: ['other:2'], ...description }),
    ]);
  return () => {
    const known = made.get(key) ?? make();
    made.set(key, known);
    return known;
  };
}

describe('with OCI gzip layers', () => {
  for (const medium of MEDIA) conforms(medium, images('gzip', {}));
});

describe('with Docker media types', () => {
  for (const medium of MEDIA.filter(each => each.hasBlobs))
    conforms(medium, images('docker', { docker: true }));
});

describe.each(['none', 'zstd', 'estargz', 'zstd-chunked'] as const)('with %s layers', compression => {
  const kept = MEDIA.filter(
    medium => medium.hasBlobs && (compression !== 'none' || !medium.name.includes('docker-archive')),
  );
  for (const medium of kept) conforms(medium, images(compression, { compression }));
});
