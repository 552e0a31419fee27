import { join, resolve } from 'node:path';
import { z } from 'zod';
import { readInputFile } from '../base/input-file.ts';
import { parseBoundedJson } from '../base/json-shape.ts';
import { lazy } from '../base/lazy.ts';
import { MAX_DOCUMENT } from '../oci/parse-json.ts';
import { type BuildDriver, isGraphDriver } from './build-driver.ts';
import type { BuildInputs } from './build-inputs.ts';
import { csvLine, csvRecords } from './input-list.ts';

/** One `--output`. */
export interface BuildOutput {
  readonly type: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** As it is passed to buildx. */
  readonly text: string;
}

/** Reads `type=oci,dest=DIR`; a bare path is `type=local`, a bare `-` is `type=tar` (buildx, `util/buildflags/export.go`). */
export function readOutput(text: string): BuildOutput {
  const fields = csvRecords(text, true)[0] ?? [];
  const [only = ''] = fields;
  if (fields.length === 1 && !only.startsWith('type=')) {
    return { type: only === '-' ? 'tar' : 'local', attributes: new Map([['dest', only]]), text };
  }
  const attributes = new Map(
    fields.map((field): readonly [string, string] => {
      const equals = field.indexOf('=');
      return equals < 0
        ? [field.trim().toLowerCase(), '']
        : [field.slice(0, equals).trim().toLowerCase(), field.slice(equals + 1).trim()];
    }),
  );
  return { type: attributes.get('type') ?? 'local', attributes, text };
}

/** Whether the output is an image and not only its files. */
export function isImage(output: BuildOutput): boolean {
  return !isFiles(output) && output.type !== 'cacheonly';
}

/** Whether the output is the files of the image. Beside one buildx refuses to write the image's id. */
export function isFiles({ type }: BuildOutput): boolean {
  return type === 'local' || type === 'tar';
}

/** Whether the output is an OCI layout in a directory, of which a build can have one only. */
export function isOciDirectory(output: BuildOutput): boolean {
  return output.type === 'oci' && output.attributes.get('tar') === 'false';
}

/** Whether the engine that builds keeps the image. */
function isKeptByEngine({ type, attributes }: BuildOutput): boolean {
  return type === 'docker' && !attributes.has('dest');
}

/** Where the image will be once it is built. */
export type PlannedImage =
  | { readonly kind: 'daemon' }
  | { readonly kind: 'layout'; readonly directory: string };

interface PlannedOutputs {
  /** Values of `--output`. */
  readonly texts: readonly string[];
  readonly image: PlannedImage;
}

/**
 * The outputs in the order that BuildKit needs. `--load` and `--push` are written out, because buildx appends them
 * after all others, and an OCI directory must come last: before a registry output its index names a digest
 * that is not there.
 * @param readsEngine whether what the engine keeps as blobs can be read where it lies: then no layout is needed of it
 */
export function planOutputs(
  inputs: BuildInputs,
  driver: BuildDriver,
  given: readonly BuildOutput[],
  layout: string,
  readsEngine: boolean,
): PlannedOutputs {
  // For buildx a registry is an image that is pushed: such an output is what `push` pushes.
  const isPushed = given.some(({ type }) => type === 'image' || type === 'registry');
  const texts = given
    .filter(output => !isOciDirectory(output))
    .map(({ type, text }) => (inputs.push && type === 'image' ? `${text},push=true` : text));
  if (inputs.push && !isPushed) texts.push('type=registry');
  const isLoaded = given.some(isKeptByEngine);
  const needsDaemon = isGraphDriver(driver) && !inputs.push && !given.some(isImage);
  const loads = inputs.load || loadsByDefault(inputs, driver) || needsDaemon;
  if (loads && !isLoaded) texts.push('type=docker');
  if (isGraphDriver(driver)) return { texts, image: { kind: 'daemon' } };
  // Another image may have other layers than the engine's.
  const isAllKept = !inputs.push && given.filter(isImage).every(isKeptByEngine);
  if (readsEngine && isAllKept && (loads || isLoaded)) return { texts, image: { kind: 'daemon' } };
  const own = given.find(isOciDirectory);
  const directory = own?.attributes.get('dest') ?? layout;
  texts.push(
    own?.text ?? csvLine(['type=oci', 'tar=false', `dest=${directory}`, ...listSharedAttributes(given)]),
  );
  return { texts, image: { kind: 'layout', directory } };
}

/** Whether `docker buildx build` loads the image on a driver when nothing is asked for. */
export function loadsByDefault(
  { outputs, push }: Pick<BuildInputs, 'outputs' | 'push'>,
  { driver }: Pick<BuildDriver, 'driver'>,
): boolean {
  return driver === 'docker' && outputs.length === 0 && !push;
}

/** What changes the layers of a registry's image changes those that are weighed. */
function listSharedAttributes(given: readonly BuildOutput[]): readonly string[] {
  const image = given.find(output => isImage(output) && output.attributes.size > 1);
  return ['compression', 'compression-level', 'force-compression', 'rewrite-timestamp'].flatMap(name => {
    const value = image?.attributes.get(name);
    return value === undefined ? [] : [`${name}=${value}`];
  });
}

const indexSchema = lazy(() => z.object({ manifests: z.array(z.object({ digest: z.string() })) }));

/**
 * The reference of what a build wrote into its OCI layout; null when the image is in the engine. A layout that several
 * builds write to, so that layers are written once, lists them all: the digest tells which one it was.
 * @param digest what the metadata say that the last exporter wrote
 */
export async function findExportedLayout(
  image: PlannedImage,
  cwd: string,
  digest: string,
): Promise<string | null> {
  if (image.kind === 'daemon') return null;
  const directory = resolve(cwd, image.directory);
  const digests = listDigests(directory);
  return digests.includes(digest) ? `oci:${directory}:${digest}` : `oci:${directory}`;
}

/** None when the index cannot be read: opening the image will say why. */
function listDigests(directory: string): readonly string[] {
  try {
    const text = readInputFile(join(directory, 'index.json'), { maxBytes: MAX_DOCUMENT }).toString('utf8');
    const index = indexSchema().safeParse(parseBoundedJson(text));
    return index.success ? index.data.manifests.map(manifest => manifest.digest) : [];
  } catch {
    return [];
  }
}
