import type { Snapshot } from '../../../src/compare/snapshot.ts';

const diffId = (digit: string): string => `sha256:${digit.repeat(64)}`;

/** A coherent snapshot of two layers. */
export function fakeSnapshot(commit: string | null, platform = 'linux/amd64', ownBytes = 30): Snapshot {
  const unknown = { digest: null, mediaType: null, compressedSize: null, wastedBytes: 0 };
  return {
    deadweightSnapshot: 2,
    reference: 'app',
    commit,
    platform,
    imageId: diffId('a'),
    size: 100 + ownBytes,
    compressedSize: null,
    baseLayerCount: 1,
    baseSize: 100,
    ownSize: ownBytes,
    baseName: 'debian:bookworm',
    baseDigest: null,
    efficiency: 1,
    ownEfficiency: 1,
    wastedBytes: 0,
    shadowedBaseBytes: 0,
    dive: { efficiency: 1, wastedBytes: 0 },
    packages: [['deb', 'libc6', '2.36-9', 'amd64']],
    layers: [
      {
        ...unknown,
        diffId: diffId('1'),
        size: 100,
        origin: 'base',
        createdBy: 'FROM',
        instruction: null,
        files: [],
        packages: [[0, 60]],
        directories: [['etc/', 40]],
      },
      {
        ...unknown,
        diffId: diffId('2'),
        size: ownBytes,
        origin: 'own',
        createdBy: 'COPY a b /',
        instruction: { file: 'Dockerfile', startLine: 2, endLine: 2, text: 'COPY a b /' },
        files: [
          ['a', ownBytes - 10],
          ['b', 10],
        ],
        ...{ packages: [], directories: [] },
      },
    ],
  };
}

/** A commit id that is easy to tell apart. */
export function fakeCommit(number: number): string {
  return number.toString(16).padStart(40, '0');
}
