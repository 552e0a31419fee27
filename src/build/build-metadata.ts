import { readFile, stat } from 'node:fs/promises';
import type { Log } from '../base/log.ts';
import type { BuildMetadata } from './build-result.ts';
import { type Provenance, readProvenance } from './provenance.ts';

/** Bytes of a metadata file that are read; provenance repeats the Dockerfile and every operation. */
const LARGEST = 256 * 1024 * 1024;

const PROVENANCE = 'buildx.build.provenance';

export interface MetadataFile {
  readonly metadata: BuildMetadata;
  /** By platform as in `--platform`; the empty string when there is one. */
  readonly provenances: ReadonlyMap<string, Provenance>;
  /** Of `docker buildx history`; null when it is not told. */
  readonly buildRef: string | null;
}

/** Reads what buildx left behind. A file that is missing or broken costs what it would have told, and no more. */
export async function readMetadata(
  metadataFile: string,
  imageIdFile: string,
  log: Log,
): Promise<MetadataFile> {
  const imageId = ((await readText(imageIdFile, log)) ?? '').trim();
  const entries = Object.entries(parseObject((await readText(metadataFile, log)) ?? '{}', log));
  const provenances = new Map<string, Provenance>();
  for (const [key, value] of entries) {
    const platform =
      key === PROVENANCE ? '' : key.startsWith(`${PROVENANCE}/`) ? key.slice(PROVENANCE.length + 1) : null;
    const provenance = platform === null ? null : readProvenance(value);
    if (platform !== null && provenance) provenances.set(platform, provenance);
  }
  const rest = new Map(entries.filter(([key]) => !key.startsWith(PROVENANCE)));
  return {
    metadata: {
      imageId,
      digest: textOf(rest.get('containerimage.digest')) ?? '',
      json: JSON.stringify(Object.fromEntries(rest), null, 2),
    },
    provenances,
    buildRef: textOf(rest.get('buildx.build.ref')),
  };
}

async function readText(path: string, log: Log): Promise<string | null> {
  try {
    const { size } = await stat(path);
    return size > LARGEST ? null : await readFile(path, 'utf8');
  } catch (error) {
    log.debug(`cannot read ${path}: ${String(error)}`);
    return null;
  }
}

function parseObject(text: string, log: Log): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : {};
  } catch (error) {
    log.debug(`the metadata of the build is no JSON: ${String(error)}`);
    return {};
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
