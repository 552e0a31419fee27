import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageTarget } from '../../../src/image/targets/image-target.ts';
import { openTarget, parseTarget } from '../../../src/image/targets/open-target.ts';
import type { FabricatedImage } from '../fabricate/image.ts';
import { strictRegistry } from '../registry/strict-registry.ts';
import { type FakeEngineOptions, fakeEngine } from './fake-engine.ts';
import { openOptions } from './medium.ts';
import { readWholeArchive } from './saved-image.ts';

/** A place of one kind that images are written to. */
export interface TargetPlace {
  /** What `openImage` reads back. */
  readonly reference: string;
  readonly env?: Readonly<Record<string, string>>;
  open(): Promise<ImageTarget>;
  /** All that is there to see: files with their contents, names of images, uploads that were begun. */
  look(): Promise<readonly string[]>;
  /** Fails where what was written is not as it has to be, or a request was wrong. */
  close?(): Promise<void>;
}

/** A kind of place that images are written to. */
export interface TargetMedium {
  readonly name: string;
  /** Whether it keeps manifest and blobs as they were written; else the tars of layers. */
  readonly hasBlobs: boolean;
  /** Whether it holds an image of several platforms. */
  readonly holdsPlatforms: boolean;
  /** Whether an image takes the place of one that is there. */
  readonly replaces: boolean;
  /** @param directory empty, for its files and those of a run */
  prepare(directory: string): Promise<TargetPlace>;
}

/** Every medium that images are written to. */
export const TARGET_MEDIA: readonly TargetMedium[] = [
  archive('docker-archive', 'app:1', false),
  archive('oci-archive', '1', true),
  files('oci', 'layout:1', true),
  files('oci', 'new/and/deep:1', true),
  files('dir', 'directory', false),
  engine('graph'),
  engine('containerd'),
  {
    name: 'docker://',
    hasBlobs: true,
    holdsPlatforms: true,
    replaces: true,
    async prepare(directory) {
      const registry = await strictRegistry([]);
      const reference = `docker://${registry.host}/app:1`;
      return {
        reference,
        open: () => openAt(reference, directory, {}),
        look: async () => [String(registry.contents.tag('app:1')), `${registry.openUploads()} uploads`],
        close: registry.close,
      };
    },
  },
];

function archive(kind: 'docker-archive' | 'oci-archive', ref: string, holdsPlatforms: boolean): TargetMedium {
  return {
    name: kind,
    hasBlobs: true,
    holdsPlatforms,
    replaces: true,
    async prepare(directory) {
      const path = join(directory, 'out', 'app.tar');
      const reference = `${kind}:${path}:${ref}`;
      return {
        reference,
        open: () => openAt(reference, directory, {}),
        look: () => filesOf(directory),
        async close() {
          const bytes = await readFile(path).catch(() => null);
          if (bytes !== null) await readWholeArchive(bytes);
        },
      };
    },
  };
}

function files(kind: 'oci' | 'dir', location: string, replaces: boolean): TargetMedium {
  return {
    name: `${kind}:${location}`,
    hasBlobs: true,
    holdsPlatforms: true,
    replaces,
    async prepare(directory) {
      const reference = `${kind}:${join(directory, location)}`;
      return {
        reference,
        open: () => openAt(reference, directory, {}),
        look: () => filesOf(directory),
      };
    },
  };
}

function engine(store: FakeEngineOptions['store']): TargetMedium {
  return {
    name: `docker-daemon, ${store} store`,
    hasBlobs: store === 'containerd',
    holdsPlatforms: false,
    replaces: true,
    prepare: directory => engineAt([], directory, { store }),
  };
}

/** A fake engine, and a name of it that is written to. */
export async function engineAt(
  images: readonly FabricatedImage[],
  directory: string,
  options: Pick<FakeEngineOptions, 'store' | 'loads'>,
): Promise<TargetPlace> {
  const server = await fakeEngine(images, { api: 51, archive: Buffer.alloc(0), ...options });
  const env = { DOCKER_HOST: server.host };
  const reference = 'docker-daemon:app:1';
  return {
    reference,
    env,
    open: () => openAt(reference, directory, env),
    look: async () => [
      ...server.names().toSorted(),
      ...server.loaded.map(digestOf),
      ...(await filesOf(directory)),
    ],
    close: server.close,
  };
}

/** Opens a target as the command line names it. */
async function openAt(
  output: string,
  temporaryDir: string,
  env: Readonly<Record<string, string>>,
): Promise<ImageTarget> {
  const unfinished = { files: new Set<string>(), folders: new Set<string>() };
  return await openTarget(parseTarget(output, null), { ...openOptions({ env }), temporaryDir, unfinished });
}

/** Folders, and files with their contents. */
export async function filesOf(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory, { recursive: true });
  const lines = names.toSorted().map(async name => {
    const path = join(directory, name);
    const isFolder = (await lstat(path)).isDirectory();
    return isFolder ? `${name}/` : `${name} ${digestOf(await readFile(path))}`;
  });
  return await Promise.all(lines);
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
