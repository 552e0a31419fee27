import { parseBoundedJson } from '../base/json-shape.ts';

/** The key of a build's provenance, alone or with its platform behind a slash. */
export const PROVENANCE = 'buildx.build.provenance';

/** How much of the provenance the metadata tell: `BUILDX_METADATA_PROVENANCE`. */
export type ProvenanceMode = 'max' | 'min' | 'disabled';

/**
 * What a user asks of the metadata, as buildx reads it.
 * @see https://docs.docker.com/build/building/variables/#buildx_metadata_provenance
 */
export function readProvenanceMode(text: string | undefined): ProvenanceMode {
  if (text === 'max') return 'max';
  return ['0', 'f', 'F', 'false', 'FALSE', 'False', 'disabled'].includes(text ?? '') ? 'disabled' : 'min';
}

/**
 * The metadata as the user asked for them: we ask for all of the provenance, and read it. The short one is what buildx
 * writes, and has no values of build arguments.
 */
export function outputMetadata(
  entries: readonly (readonly [key: string, value: unknown])[],
  mode: ProvenanceMode,
): string {
  const shown = entries.flatMap(([key, value]): readonly (readonly [string, unknown])[] => {
    if (!key.startsWith(PROVENANCE) || mode === 'max') return [[key, value]];
    return mode === 'disabled' ? [] : [[key, shorten(value)]];
  });
  return JSON.stringify(Object.fromEntries(shown), null, 2);
}

/**
 * The metadata of a build whose image became another.
 * @param config digest of its configuration; null for several platforms
 * @param names of the image
 */
export function withImageDigests(
  json: string,
  digest: string,
  config: string | null,
  names: readonly string[],
): string {
  const value: unknown = parseBoundedJson(json);
  const entries = value !== null && typeof value === 'object' ? Object.entries(value) : [];
  const others = entries.filter(([key]) => !key.startsWith('containerimage.') && key !== 'image.name');
  return JSON.stringify(
    {
      ...Object.fromEntries(others),
      ...(config === null ? {} : { 'containerimage.config.digest': config }),
      'containerimage.digest': digest,
      ...(names.length === 0 ? {} : { 'image.name': names.join(',') }),
    },
    null,
    2,
  );
}

/** The metadata without the values of build arguments, for the log. */
export function loggedMetadata(json: string): string {
  const value: unknown = parseBoundedJson(json);
  const entries = value !== null && typeof value === 'object' ? Object.entries(value) : [];
  return outputMetadata(entries, 'min');
}

/** `builder/node/id`, by which the builder remembers the build; null where the metadata name none. */
export function readReference(json: string): string | null {
  const metadata: unknown = parseBoundedJson(json);
  if (metadata === null || typeof metadata !== 'object' || !('buildx.build.ref' in metadata)) return null;
  const { 'buildx.build.ref': ref } = metadata;
  return typeof ref === 'string' ? ref : null;
}

/** What buildx's mode `min` leaves out (buildx, `build/provenance.go`): of SLSA 0.2, and of SLSA 1. */
const LONG: ReadonlySet<string> = new Set([
  'buildConfig',
  'metadata',
  'runDetails.metadata',
  'buildDefinition.internalParameters.buildConfig',
]);

/** @param path of the value, with a full stop at its end; empty at the top */
function shorten(value: unknown, path = ''): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !key.startsWith('build-arg:') && !LONG.has(`${path}${key}`))
      .map(([key, inner]) => [key, shorten(inner, `${path}${key}.`)]),
  );
}
