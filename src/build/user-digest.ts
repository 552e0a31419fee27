import type { BuildMetadata } from './build-result.ts';
import type { Vertex } from './vertex.ts';

/**
 * The metadata as they would be without the OCI layout that is written for weighing. Its exporter comes last and
 * overwrites the digest of what was pushed or loaded, which may differ: another media type, or attestations.
 * What the first exporter wrote is told by its progress alone.
 */
export function withUsersDigest(metadata: BuildMetadata, vertices: readonly Vertex[]): BuildMetadata {
  const image = vertices.find(vertex => vertex.name === 'exporting to image');
  if (!image) return metadata;
  const pushed = /@(sha256:[0-9a-f]{64})$/.exec(
    image.exports.findLast(each => each.startsWith('pushing ')) ?? '',
  )?.[1];
  const index = written(image, 'manifest list');
  const digest = pushed ?? index ?? written(image, 'manifest');
  if (digest === undefined || digest === metadata.digest) return metadata;
  const config = written(image, 'config');
  return {
    imageId: index ?? config ?? metadata.imageId,
    digest,
    json: rewritten(metadata.json, digest, index === undefined ? config : undefined),
  };
}

function written(vertex: Vertex, what: string): string | undefined {
  const prefix = `exporting ${what} `;
  return vertex.exports.findLast(each => each.startsWith(`${prefix}sha256:`))?.slice(prefix.length);
}

/** Only an image without an index has one config. The descriptor was of the layout's manifest. */
function rewritten(json: string, digest: string, config: string | undefined): string {
  const parsed: unknown = JSON.parse(json);
  const {
    'containerimage.descriptor': _descriptor,
    'containerimage.config.digest': _config,
    ...rest
  }: Record<string, unknown> = { ...(parsed !== null && typeof parsed === 'object' ? parsed : {}) };
  const own = config === undefined ? {} : { 'containerimage.config.digest': config };
  return JSON.stringify({ ...rest, ...own, 'containerimage.digest': digest }, null, 2);
}
