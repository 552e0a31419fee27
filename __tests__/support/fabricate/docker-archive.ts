import type { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { digestHex } from '../../../src/base/digest.ts';
import { blobOf, descriptorOf, type FabricatedImage, type FabricatedImageLayer } from './image.ts';
import { fabricateTar } from './layer.ts';
import { dir, file, type Node, symlink } from './node.ts';

/** What `manifest.json` says of one image. */
interface ManifestItem {
  readonly Config: string;
  readonly RepoTags: readonly string[] | null;
  readonly Layers: readonly string[];
}

/** What `docker save` writes since Docker 25: an OCI layout of uncompressed layers, with Docker's own manifest.json. */
export function dockerArchive(images: readonly FabricatedImage[]): Promise<Buffer> {
  const entries = new Map<string, Node>([
    ['blobs', dir()],
    ['blobs/sha256', dir()],
  ]);
  const manifests = images.map(image => savedManifest(entries, image));
  entries.set('index.json', file(JSON.stringify({ schemaVersion: 2, manifests })));
  const items = images.map(image => ({
    ...manifestItem(image),
    Config: `blobs/sha256/${digestHex(image.config.digest)}`,
    Layers: image.layers.map(layer => `blobs/sha256/${digestHex(layer.diffId)}`),
  }));
  entries.set('manifest.json', file(JSON.stringify(items)));
  entries.set('oci-layout', file('{"imageLayoutVersion":"1.0.0"}'));
  return fabricateTar([...entries]);
}

/** What `docker save` wrote before: a directory a layer, with `VERSION`, `json` and `layer.tar`; equal layers are symlinks. */
export function legacyDockerArchive(images: readonly FabricatedImage[]): Promise<Buffer> {
  const entries: [string, Node][] = [];
  const firstOf = new Map<string, string>();
  const items: ManifestItem[] = [];
  for (const image of images) {
    const paths: string[] = [];
    for (const layer of image.layers) paths.push(legacyLayer(entries, firstOf, layer, paths));
    const config = `${digestHex(image.config.digest)}.json`;
    entries.push([config, file(image.config.bytes)]);
    items.push({ ...manifestItem(image), Config: config, Layers: paths });
  }
  entries.push(['manifest.json', file(JSON.stringify(items))]);
  entries.push(['repositories', file('{}')]);
  return fabricateTar(entries);
}

/** What kaniko's `--tar-path` writes: compressed layers and a config that is named by its digest. */
export function kanikoArchive(images: readonly FabricatedImage[]): Promise<Buffer> {
  const entries = new Map<string, Node>();
  const items = images.map(image => {
    entries.set(image.config.digest, file(image.config.bytes));
    for (const layer of image.layers) entries.set(kanikoName(layer), file(layer.bytes));
    return { ...manifestItem(image), Config: image.config.digest, Layers: image.layers.map(kanikoName) };
  });
  entries.set('manifest.json', file(JSON.stringify(items)));
  return fabricateTar([...entries]);
}

/** What jib writes: a config and layers with names of their own. */
export function jibArchive(images: readonly FabricatedImage[]): Promise<Buffer> {
  const entries = new Map<string, Node>();
  const items = images.map((image, index) => {
    const config = index === 0 ? 'config.json' : `config-${index}.json`;
    entries.set(config, file(image.config.bytes));
    for (const layer of image.layers) entries.set(kanikoName(layer), file(layer.bytes));
    return { ...manifestItem(image), Config: config, Layers: image.layers.map(kanikoName) };
  });
  entries.set('manifest.json', file(JSON.stringify(items)));
  return fabricateTar([...entries]);
}

function kanikoName(layer: FabricatedImageLayer): string {
  return `${digestHex(layer.digest)}.tar.gz`;
}

function manifestItem(image: FabricatedImage): Pick<ManifestItem, 'RepoTags'> {
  return { RepoTags: image.tags.length === 0 ? null : image.tags };
}

/** Adds the blobs of an image with uncompressed layers. Returns the descriptor that index.json has of it. */
function savedManifest(entries: Map<string, Node>, image: FabricatedImage): unknown {
  const layers = image.layers.map(layer => blobOf(layer.tar, 'application/vnd.oci.image.layer.v1.tar'));
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const config = { ...image.config, mediaType: 'application/vnd.oci.image.config.v1+json' };
  const manifest = blobOf(
    {
      schemaVersion: 2,
      mediaType,
      config: descriptorOf(config),
      layers: layers.map(blob => descriptorOf(blob)),
    },
    mediaType,
  );
  for (const blob of [...layers, config, manifest]) {
    entries.set(`blobs/sha256/${digestHex(blob.digest)}`, file(blob.bytes));
  }
  const [tag] = image.tags;
  if (tag === undefined) return descriptorOf(manifest);
  const annotations = {
    'io.containerd.image.name': `docker.io/library/${tag}`,
    'org.opencontainers.image.ref.name': tag.slice(tag.indexOf(':') + 1),
  };
  return descriptorOf(manifest, { annotations });
}

/** @returns the path that manifest.json has of the layer */
function legacyLayer(
  entries: [string, Node][],
  firstOf: Map<string, string>,
  layer: FabricatedImageLayer,
  below: readonly string[],
): string {
  const id = createHash('sha256')
    .update(`${layer.diffId} on ${below.join(' ')}`)
    .digest('hex');
  const path = `${id}/layer.tar`;
  if (entries.some(([name]) => name === path)) return path;
  const first = firstOf.get(layer.diffId);
  const node = first === undefined ? file(layer.tar) : symlink(`../${first}/layer.tar`);
  entries.push([id, dir()]);
  entries.push([`${id}/VERSION`, file('1.0')]);
  entries.push([`${id}/json`, file(JSON.stringify({ id, os: 'linux' }))]);
  entries.push([path, node]);
  if (first === undefined) firstOf.set(layer.diffId, id);
  return path;
}
