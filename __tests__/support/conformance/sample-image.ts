import type { ImageDescription } from '../fabricate/image.ts';
import { dir, file, hardlink, opaque, symlink, whiteout } from '../fabricate/node.ts';

const same = { 'srv/same': file(3000, { seed: 9 }) };

/** Links, whiteouts, an opaque directory, the same layer twice, steps without a layer: what `conforms` expects. */
export const SAMPLE_STEPS: ImageDescription['steps'] = [
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

export const SAMPLE_LABELS = { maintainer: 'tests' };
