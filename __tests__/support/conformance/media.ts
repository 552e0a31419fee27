import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect } from 'vitest';
import { containersStorage } from '../fabricate/containers-storage.ts';
import {
  dockerArchive,
  jibArchive,
  kanikoArchive,
  legacyDockerArchive,
} from '../fabricate/docker-archive.ts';
import { engineFiles } from '../fabricate/graph-store.ts';
import type { FabricatedImage } from '../fabricate/image.ts';
import { archiveOf, ociLayout, skopeoDirectory, writeFiles } from '../fabricate/oci-layout.ts';
import { strictRegistry } from '../registry/strict-registry.ts';
import { containerdArchive, type FakeEngineOptions, fakeEngine } from './fake-engine.ts';
import type { Medium } from './medium.ts';

type MakeArchive = (images: readonly FabricatedImage[]) => Promise<Buffer>;

/** Every medium that images are read from. */
export const MEDIA: readonly Medium[] = [
  archive('docker-archive', dockerArchive, { isPositional: true }),
  archive('docker-archive', legacyDockerArchive, { name: 'of an engine before 25', isPositional: true }),
  archive('docker-archive', kanikoArchive, { name: 'of kaniko' }),
  archive('docker-archive', jibArchive, { name: 'of jib' }),
  archive('docker-archive', containerdArchive, { name: 'of the containerd store', hasBlobs: true }),
  archive('docker-archive', packed(dockerArchive, gzipSync), { name: 'compressed with gzip' }),
  archive('docker-archive', packed(legacyDockerArchive, zstdCompressSync), {
    name: 'old, compressed with zstd',
  }),
  archive('oci-archive', images => archiveOf(ociLayout(images)), { hasBlobs: true }),
  archive('oci-archive', packed(containerdArchive, zstdCompressSync), { name: 'compressed', hasBlobs: true }),
  {
    name: 'oci',
    isPositional: false,
    hasBlobs: true,
    prepare: async (images, directory) => {
      await writeFiles(directory, ociLayout(images));
      return { reference: `oci:${directory}${refOf(images)}` };
    },
  },
  {
    name: 'dir',
    isPositional: false,
    hasBlobs: true,
    prepare: async (images, directory) => {
      // One image is all that it holds.
      await writeFiles(directory, skopeoDirectory(images.slice(0, 1)));
      return { reference: `dir:${directory}` };
    },
  },
  {
    name: 'containers-storage',
    isPositional: false,
    hasBlobs: true,
    isUnpacked: true,
    fetchesLayers: true,
    prepare: async (images, directory) => {
      await writeFiles(directory, containersStorage(images));
      return { reference: `containers-storage:[overlay@${directory}]${images[0]?.tags[0] ?? ''}` };
    },
  },
  {
    name: 'a registry',
    isPositional: false,
    hasBlobs: true,
    fetchesLayers: true,
    prepare: async images => {
      const registry = await strictRegistry(images);
      return {
        reference: `docker://${registry.host}/${images[0]?.tags[0] ?? ''}`,
        contentRequests: () => registry.blobGets.length,
        close: () => registry.close(),
      };
    },
  },
  engine('with a graph driver', dockerArchive, { api: 51, store: 'graph' }),
  kept('its own layers', dockerArchive, { api: 51, store: 'graph' }),
  engine('before 25', legacyDockerArchive, { api: 43, store: 'graph' }),
  engine('with the containerd store', containerdArchive, { api: 51, store: 'containerd' }),
  engine('with the containerd store, before API 1.48', containerdArchive, { api: 45, store: 'containerd' }),
  kept('the blobs of its containerd', containerdArchive, { api: 51, store: 'containerd' }),
  kept('the blobs of its containerd, before API 1.48', containerdArchive, { api: 45, store: 'containerd' }),
];

function archive(
  transport: 'docker-archive' | 'oci-archive',
  make: MakeArchive,
  more: Partial<Pick<Medium, 'name' | 'isPositional' | 'hasBlobs'>>,
): Medium {
  return {
    isPositional: false,
    hasBlobs: false,
    ...more,
    name: `${transport} ${more.name ?? ''}`.trim(),
    prepare: async (images, directory) => {
      const path = join(directory, 'image.tar');
      await writeFile(path, await make(images));
      return { reference: `${transport}:${path}${refOf(images)}` };
    },
  };
}

function engine(name: string, make: MakeArchive, how: Pick<FakeEngineOptions, 'api' | 'store'>): Medium {
  return {
    name: `an engine ${name}`,
    isPositional: false,
    hasBlobs: how.store === 'containerd',
    prepare: async (images, directory) => {
      // A real engine saves the one image that is asked for.
      const options = { ...how, archive: await make(images.slice(0, 1)) };
      const server = await fakeEngine(images, options, join(directory, 'docker.sock'));
      return {
        reference: `docker-daemon:${images[0]?.tags[0] ?? ''}`,
        env: { DOCKER_HOST: server.host },
        contentRequests: () => server.requests.filter(path => path.includes('/get')).length,
        close: () => server.close(),
      };
    },
  };
}

/** An engine whose files are read: it is asked for no image. */
function kept(name: string, make: MakeArchive, how: Pick<FakeEngineOptions, 'api' | 'store'>): Medium {
  return {
    name: `the files of an engine, ${name}`,
    isPositional: how.store === 'graph',
    hasBlobs: how.store === 'containerd',
    prepare: async (images, directory) => {
      const root = join(directory, 'data');
      await writeFiles(root, engineFiles(images, how.store));
      const options = { ...how, archive: await make(images.slice(0, 1)), root };
      const server = await fakeEngine(images, options, join(directory, 'docker.sock'));
      return {
        reference: `docker-daemon:${images[0]?.tags[0] ?? ''}`,
        env: { DOCKER_HOST: server.host },
        close: async () => {
          await server.close();
          expect(server.requests.filter(path => path.includes('/get'))).toEqual([]);
        },
      };
    },
  };
}

function packed(make: MakeArchive, pack: (bytes: Buffer) => Buffer): MakeArchive {
  return async images => pack(await make(images));
}

function refOf(images: readonly FabricatedImage[]): string {
  return images.length > 1 ? `:${images[0]?.tags[0] ?? ''}` : '';
}
