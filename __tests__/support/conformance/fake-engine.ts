import { createServer, type Server } from 'node:http';
import { type Digest, digestHex } from '../../../src/base/digest.ts';
import { descriptorOf, type FabricatedImage } from '../fabricate/image.ts';
import { fabricateTar } from '../fabricate/layer.ts';
import { file } from '../fabricate/node.ts';
import { blobPath, ociLayout } from '../fabricate/oci-layout.ts';

export interface FakeEngineOptions {
  /** Minor version of API 1.x. */
  readonly api: number;
  readonly store: 'graph' | 'containerd';
  /** What `/images/{name}/get` answers. */
  readonly archive: Buffer;
  /** Serves only so many bytes of the archive, then breaks the connection. */
  readonly breakAfter?: number;
  /** Serves only so many bytes of the archive, and then nothing. */
  readonly stopAfter?: number;
  /** Serves none of the archive before that. */
  readonly packed?: Promise<void>;
  /** Where it says that it keeps its images; nowhere when absent. */
  readonly root?: string;
  /** Its graph driver; overlay2 when absent. */
  readonly driver?: string;
  /** What it says of metacopy; `false` when absent. */
  readonly metacopy?: string;
  /** The index that it says the image is; its manifest when absent. */
  readonly index?: Digest;
  /** What it says that it is; Docker when absent. */
  readonly server?: string;
}

export interface FakeEngine {
  readonly host: string;
  /** Paths that were asked for, without the version. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** An engine that knows images by their tags, on a Unix socket or a port of loopback. */
export async function fakeEngine(
  images: readonly FabricatedImage[],
  options: FakeEngineOptions,
  socket: string | null = null,
): Promise<FakeEngine> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/^\/v1\.\d+/, '');
    requests.push(path);
    if (path === '/_ping') {
      const { api, server = 'Docker/28.5.2 (linux)' } = options;
      return void response.setHeader('Api-Version', `1.${api}`).setHeader('Server', server).end('OK');
    }
    const [, name = '', what = ''] = /^\/images\/(.+?)\/(json|history|get)(?:\?|$)/.exec(path) ?? [];
    const image = images.find(({ tags, config, manifest }) =>
      [...tags, config.digest, manifest.digest, options.index].includes(name),
    );
    if (path === '/info') return void response.end(JSON.stringify(infoOf(options)));
    if (!image)
      return void response.writeHead(404).end(JSON.stringify({ message: `No such image: ${name}` }));
    if (what === 'json') return void response.end(JSON.stringify(inspectionOf(image, options)));
    if (what === 'history') return void response.end(JSON.stringify(historyOf(image)));
    if (options.stopAfter !== undefined)
      return void response.write(options.archive.subarray(0, options.stopAfter));
    if (options.packed !== undefined) {
      response.flushHeaders();
      return void options.packed.then(() => response.end(options.archive));
    }
    if (options.breakAfter === undefined) return void response.end(options.archive);
    response.write(options.archive.subarray(0, options.breakAfter), () => response.destroy());
  });
  await new Promise<void>(resolve => server.listen(socket ?? { port: 0, host: '127.0.0.1' }, resolve));
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve());
      if (options.stopAfter !== undefined) server.closeAllConnections();
    });
  return {
    host: socket === null ? `tcp://127.0.0.1:${portOf(server)}` : `unix://${socket}`,
    requests,
    close,
  };
}

/** What the containerd store saves: blobs as they are stored, and both indexes. */
export function containerdArchive(images: readonly FabricatedImage[]): Promise<Buffer> {
  const items = images.map(image => ({
    Config: blobPath(image.config),
    RepoTags: image.tags,
    Layers: image.layers.map(layer => blobPath(layer)),
  }));
  const files = [...ociLayout(images)].sort(([a], [b]) => (a < b ? -1 : 1));
  const entries = files.map(([path, bytes]) => [path, file(bytes)] as const);
  return fabricateTar([...entries, ['manifest.json', file(JSON.stringify(items))]]);
}

function infoOf({ store, root, driver = 'overlay2', metacopy = 'false' }: FakeEngineOptions): unknown {
  const byContainerd = store === 'containerd';
  return {
    Driver: byContainerd ? 'overlayfs' : driver,
    DriverStatus: byContainerd
      ? [['driver-type', 'io.containerd.snapshotter.v1']]
      : [
          ['Backing Filesystem', 'extfs'],
          ['Using metacopy', metacopy],
        ],
    ...(root !== undefined && {
      DockerRootDir: root,
      Containerd: { Address: `${root}/exec/containerd/containerd.sock` },
    }),
  };
}

function inspectionOf(image: FabricatedImage, { store, api, index }: FakeEngineOptions): unknown {
  const { config, manifest, layers, platform } = image;
  const { Labels, User } = JSON.parse(config.bytes.toString('utf8')).config;
  const byContainerd = store === 'containerd';
  const descriptor = descriptorOf(manifest);
  const entry = { Descriptor: descriptor, Available: true, Kind: 'image', ImageData: { Platform: platform } };
  return {
    Id: byContainerd ? (index ?? manifest.digest) : config.digest,
    Os: platform.os,
    Architecture: platform.architecture,
    RootFS: { Type: 'layers', Layers: layers.map(layer => layer.diffId) },
    Config: { Labels, User },
    ...(byContainerd && api >= 48 ? { Descriptor: descriptor, Manifests: [entry] } : {}),
  };
}

function historyOf(image: FabricatedImage): unknown {
  const config = JSON.parse(image.config.bytes.toString('utf8'));
  const layers = [...image.layers];
  const oldestFirst = config.history.map((entry: { created_by: string; empty_layer?: boolean }) => ({
    Id: `<missing> ${digestHex(image.config.digest)}`,
    Created: 1_704_164_645,
    CreatedBy: entry.created_by,
    Comment: 'buildkit.dockerfile.v0',
    // An engine counts file bytes; that some are there is all that matters.
    Size: entry.empty_layer ? 0 : Math.max((layers.shift()?.tar.length ?? 0) - 2048, 0),
  }));
  return oldestFirst.reverse();
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('it listens on a port');
  return address.port;
}
