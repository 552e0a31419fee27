import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type Digest, digestHex } from '../../../src/base/digest.ts';
import { dockerArchive } from '../fabricate/docker-archive.ts';
import { descriptorOf, type FabricatedImage } from '../fabricate/image.ts';
import { fabricateTar } from '../fabricate/layer.ts';
import { file } from '../fabricate/node.ts';
import { blobPath, ociLayout } from '../fabricate/oci-layout.ts';
import { readSavedImage } from './saved-image.ts';

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
  /** What it does with an archive that it is sent, beside keeping its image: that, where absent. */
  readonly loads?:
    | 'says that its disk is full'
    | 'says that all is well and keeps none'
    | 'keeps what it cannot unpack'
    | 'closes at once';
}

export interface FakeEngine {
  readonly host: string;
  /** Paths that were asked for, without the version. */
  readonly requests: readonly string[];
  /** Names of its images. */
  readonly names: () => readonly string[];
  /** Archives that it was sent, whole. */
  readonly loaded: readonly Buffer[];
  close(): Promise<void>;
}

/** An engine that knows images by their tags, on a Unix socket or a port of loopback. */
export async function fakeEngine(
  images: readonly FabricatedImage[],
  options: FakeEngineOptions,
  socket: string | null = null,
): Promise<FakeEngine> {
  const requests: string[] = [];
  const loaded: Buffer[] = [];
  const kept = images.map(image => ({ image, archive: options.archive }));
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/^\/v1\.\d+/, '');
    requests.push(path);
    if (path === '/_ping') {
      const { api, server = 'Docker/28.5.2 (linux)' } = options;
      return void response.setHeader('Api-Version', `1.${api}`).setHeader('Server', server).end('OK');
    }
    const [, name = '', what = ''] = /^\/images\/(.+?)\/(json|history|get)(?:\?|$)/.exec(path) ?? [];
    if (path.startsWith('/images/load?')) {
      if (options.loads === 'closes at once') return void request.socket.destroy();
      return void loadImage(request, options).then(
        ({ bytes, image, archive, answer }) => {
          loaded.push(bytes);
          if (image !== null) {
            for (const each of kept) each.image = withoutTags(each.image, image.tags);
            kept.unshift({ image, archive });
          }
          response.end(answer);
        },
        () => response.destroy(),
      );
    }
    const { image, archive = options.archive } =
      kept.find(({ image: { tags, config, manifest } }) =>
        [...tags, config.digest, manifest.digest, options.index].includes(familiarName(name)),
      ) ?? {};
    if (path === '/info') return void response.end(JSON.stringify(infoOf(options)));
    if (!image)
      return void response.writeHead(404).end(JSON.stringify({ message: `No such image: ${name}` }));
    if (what === 'json') return void response.end(JSON.stringify(inspectionOf(image, options)));
    if (what === 'history') return void response.end(JSON.stringify(historyOf(image)));
    if (options.stopAfter !== undefined) return void response.write(archive.subarray(0, options.stopAfter));
    if (options.packed !== undefined) {
      response.flushHeaders();
      return void options.packed.then(() => response.end(archive));
    }
    if (options.breakAfter === undefined) return void response.end(archive);
    response.write(archive.subarray(0, options.breakAfter), () => response.destroy());
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
    names: () => kept.flatMap(({ image }) => image.tags),
    loaded,
    close,
  };
}

/**
 * Takes an archive as an engine does: it answers 200 before it has read it, and says behind that what is wrong. One that
 * breaks off is nothing.
 */
async function loadImage(request: IncomingMessage, { loads, store }: FakeEngineOptions) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const nothing = { bytes, image: null, archive: bytes };
  const failure = (message: string) => `${JSON.stringify({ errorDetail: { message }, error: message })}\n`;
  if (request.headers['content-type'] !== 'application/x-tar')
    return { ...nothing, answer: failure('no archive') };
  if (loads === 'says that its disk is full')
    return { ...nothing, answer: failure('write /var/lib/docker/tmp: no space left on device') };
  try {
    const image = await readSavedImage(bytes);
    const answer = `${JSON.stringify({ stream: `Loaded image: ${image.tags[0]}\n` })}\n`;
    if (loads === 'says that all is well and keeps none') return { ...nothing, answer };
    if (loads === 'keeps what it cannot unpack') {
      const stream = `Error unpacking image ${image.tags[0]}: apply layer error: link /a /b: no such file or directory\n`;
      return { ...nothing, answer: `${answer}${JSON.stringify({ stream })}\n` };
    }
    const save = store === 'containerd' ? containerdArchive : dockerArchive;
    return { bytes, image, archive: await save([image]), answer };
  } catch (error) {
    return { ...nothing, answer: failure(String(error)) };
  }
}

/** A name that another image gets is no longer that of the one which had it. */
function withoutTags(image: FabricatedImage, taken: readonly string[]): FabricatedImage {
  return { ...image, tags: image.tags.filter(tag => !taken.includes(tag)) };
}

function familiarName(name: string): string {
  return decodeURIComponent(name).replace(/^docker\.io\/(?:library\/)?/, '');
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
