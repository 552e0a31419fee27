/** Media types of Docker's schema 2 and of the OCI image specification. */
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
export const DOCKER_MANIFEST_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';

interface LayerMediaType {
  readonly compression: 'none' | 'gzip' | 'zstd';
  /** False for layers that registries and archives need not hold: Docker's foreign, OCI's non-distributable ones. */
  readonly distributable: boolean;
}

const LAYER = new RegExp(
  [
    '^application/vnd\\.(?:',
    'oci\\.image\\.layer\\.(nondistributable\\.)?v1\\.tar',
    '|docker\\.image\\.rootfs\\.(foreign\\.)?diff\\.tar',
    ')(?:[.+](gzip|zstd))?$',
  ].join(''),
);

/** Reads the media type of a filesystem layer; null when it is the type of something else (an attestation, an encrypted layer). */
export function parseLayerMediaType(mediaType: string): LayerMediaType | null {
  const match = LAYER.exec(mediaType);
  if (!match) return null;
  const compression = match[3] === 'gzip' || match[3] === 'zstd' ? match[3] : 'none';
  return { compression, distributable: match[1] === undefined && match[2] === undefined };
}

/** Configs of images that old registries and tools wrote; docker takes them, too. https://github.com/distribution/distribution/issues/1621 */
const OLD_CONFIGS: ReadonlySet<string> = new Set([
  'application/octet-stream',
  'application/json',
  'text/html',
]);

/** Whether a config of this type may describe an image where its layers do: by itself it says nothing. */
export function isOldConfigType(mediaType: string): boolean {
  return OLD_CONFIGS.has(mediaType);
}

/** Whether a config of this type describes an image; other types belong to artefacts such as charts and signatures. */
export function isImageConfigType(mediaType: string): boolean {
  return mediaType === OCI_CONFIG || mediaType === DOCKER_CONFIG;
}

/** Whether a layer of this type is stored compressed. */
export function isCompressedLayer(mediaType: string): boolean {
  const type = parseLayerMediaType(mediaType);
  return type !== null && type.compression !== 'none';
}

/** Whose media types a manifest uses: Docker's own, or those of the OCI specification. */
export type MediaTypeFamily = 'docker' | 'oci';

/** How a layer of a manifest is compressed, as its media type says. Docker's own types know no zstd. */
export function layerMediaType(family: MediaTypeFamily, compression: LayerMediaType['compression']): string {
  if (family === 'docker') {
    const type = 'application/vnd.docker.image.rootfs.diff.tar';
    return compression === 'none' ? type : `${type}.${compression}`;
  }
  const type = 'application/vnd.oci.image.layer.v1.tar';
  return compression === 'none' ? type : `${type}+${compression}`;
}

export function configMediaType(family: MediaTypeFamily): string {
  return family === 'docker' ? DOCKER_CONFIG : OCI_CONFIG;
}

export function manifestMediaType(family: MediaTypeFamily): string {
  return family === 'docker' ? DOCKER_MANIFEST : OCI_MANIFEST;
}

export function indexMediaType(family: MediaTypeFamily): string {
  return family === 'docker' ? DOCKER_MANIFEST_LIST : OCI_INDEX;
}
