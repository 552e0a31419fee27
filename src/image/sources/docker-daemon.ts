import { type Digest, sha256 } from '../../base/digest.ts';
import { silentProgress } from '../../base/effects.ts';
import { DeadweightError, messageOf } from '../../base/errors.ts';
import { formatPlatform, type Platform, samePlatform } from '../../base/platform.ts';
import { platformUnknown } from '../../oci/choose-platform.ts';
import { findConfigCredentials, secretSettings } from '../../oci/config-credentials.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { parseManifest } from '../../oci/manifest.ts';
import { MAX_DOCUMENT } from '../../oci/parse-json.ts';
import type { ContentSink } from '../../tar/content-sink.ts';
import type { TarHeader } from '../../tar/header.ts';
import { readTarStream } from '../../tar/tar-parser.ts';
import { countChunks } from '../counted-bytes.ts';
import { chooseEndpoint } from '../engine/endpoint.ts';
import { EngineClient } from '../engine/engine-client.ts';
import { EngineConnection } from '../engine/engine-connection.ts';
import { findEngineFiles, tellWhyNot } from '../engine/engine-files.ts';
import { buildHistory, type InspectedImage, type StoredManifest } from '../engine/engine-wire.ts';
import { FallbackReader } from '../fallback-reader.ts';
import { openArchiveFiles } from '../files/archive-files.ts';
import { cleanName } from '../files/archive-index.ts';
import { spool } from '../files/spool.ts';
import { keepDocument } from '../files/streamed-files.ts';
import type { Choice, Image, OpenOptions } from '../image.ts';
import { configFacts, type ImageFacts, manifestFacts } from '../image-facts.ts';
import { createImage } from '../opened-image.ts';
import { type ContentStore, findContentStore } from '../store/content-store.ts';
import { findGraphConfig, findGraphLayers } from '../store/graph-store.ts';
import { StoreReader } from '../store/store-reader.ts';
import { type TarStream, TarStreamReader } from '../tar-stream-reader.ts';
import { openSavedImage } from './docker-archive.ts';
import {
  blobPath,
  type Candidate,
  chooseCandidate,
  type DocumentFiles,
  findCandidates,
} from './image-candidates.ts';

/**
 * Opens an image of the Docker engine. Its layers come out of the stream of `docker save`, without a temporary file.
 * A graph driver names them by their diffIDs and keeps no blobs; the containerd store has manifest and compressed blobs.
 * @throws DeadweightError `engine-unreachable`, `permission-denied`, `image-not-found`, `platform-unknown`, …
 */
export async function openEngineImage(name: string, choice: Choice, options: OpenOptions): Promise<Image> {
  const { env, homeDir, hostPlatform } = options;
  const endpoint = chooseEndpoint({ env, homeDir, hostOs: hostPlatform.os });
  const connection = new EngineConnection(endpoint, env);
  try {
    const client = await EngineClient.connectOnce(connection, env['DOCKER_API_VERSION'], options.exec);
    const image = await client.inspect(name);
    options.log.debug(`${client.name} has ${name} as ${image.id}`);
    const byContainerd =
      image.descriptor !== null || (!client.knowsPlatforms && (await client.info()).hasContainerdStore);
    return byContainerd
      ? await openContainerdImage(client, image, choice, options)
      : await openGraphImage(client, image, choice, options);
  } catch (error) {
    connection.close();
    throw error;
  }
}

const OWN_FILES = "the engine's own files";

async function openGraphImage(
  client: EngineClient,
  image: InspectedImage,
  choice: Choice,
  options: OpenOptions,
): Promise<Image> {
  const { id } = image;
  const { reference } = choice;
  chooseCandidate([image], choice);
  const finding = findEngineFiles(client, options, (info, access) => {
    const layers = info.sharesContents ? null : findGraphLayers(info, image.diffIds, access);
    return layers && new StoreReader(layers, { isByPosition: true, access });
  });
  const [newestFirst, own] = await Promise.all([client.history(id), finding]).catch(
    async (error: unknown) => {
      await (await finding)?.close();
      throw error;
    },
  );
  const { env, labels, commands } = image;
  const history = buildHistory(newestFirst, image.diffIds.length, secretSettings({ env, labels }));
  const credentials = findConfigCredentials({
    env,
    labels,
    history: newestFirst.toReversed().map(({ createdBy }) => createdBy),
    commands,
  });
  const open = () => client.save(id, null);
  const facts = configFacts({
    reference,
    imageId: id,
    config: { ...image, history, credentials },
    locate: (diffId, index) => ({
      path: `blobs/${diffId.replace(':', '/')}`,
      place: `Layer ${index} (${diffId}) of ${reference}`,
    }),
    platforms: [image.platform],
    readConfig: async () =>
      (await readKeptConfig(client, id, options)) ?? (await readSavedConfig(open(), id, reference)),
  });
  if (own === null && options.spoolFolder !== undefined)
    return await openSpooled(open(), client, choice, { ...options, spoolFolder: options.spoolFolder });
  const isVerified = client.checksLayers;
  const stream = streamOf(facts, open, client, { size: image.size, hasUnnamedLayers: true, isVerified });
  return createImage(facts, own ? new FallbackReader(own, stream, OWN_FILES, tellWhyNot(options)) : stream);
}

/** @returns null where it cannot be read there */
async function readKeptConfig(
  client: EngineClient,
  id: Digest,
  options: OpenOptions,
): Promise<Uint8Array | null> {
  return await findEngineFiles(client, options, (info, access) => {
    const config = findGraphConfig(info, id, access);
    access.close?.();
    return config;
  });
}

/** From the stream of `docker save`, where it may come last. @throws DeadweightError `blob-missing`, … */
async function readSavedConfig(
  archive: AsyncIterable<Uint8Array>,
  id: Digest,
  reference: string,
): Promise<Uint8Array> {
  const documents = new Map<string, Uint8Array>();
  const find = () => documents.values().find(bytes => sha256(bytes) === id) ?? null;
  let found: Uint8Array | null = null;
  await readDocuments(archive, documents, () => {
    found = find();
    if (found === null) documents.clear();
    return found !== null;
  });
  if (found !== null) return found;
  throw new DeadweightError('blob-missing', {
    message: `The engine sends ${reference} without its config ${id}.`,
    remedy: 'Pull or build the image again.',
  });
}

async function openContainerdImage(
  client: EngineClient,
  image: InspectedImage,
  choice: Choice,
  options: OpenOptions,
): Promise<Image> {
  const { progress = silentProgress } = options;
  const wanted = image.manifests.length > 0 ? chooseManifest(image.manifests, choice) : null;
  const platform = wanted && image.manifests.length > 1 ? wanted.platform : null;
  const open = () => client.save(image.id, platform);
  const digest = wanted?.digest ?? null;
  const store = await findEngineFiles(client, options, ({ root, containerd }, access) =>
    findContentStore(root, containerd, blobPath, digest ?? image.id, access),
  );
  // Of several platforms, only some of which are there, the engine has chosen one.
  const own = wanted === null && choice.platform === undefined ? image.platform : null;
  const kept = store && readKeptImage(store, digest ?? image.id, choice, own, tellWhyNot(options));
  // Nothing else is read of it.
  if (kept === null) store?.close();
  if (kept === null && options.spoolFolder !== undefined) {
    const spooled = await openSpooled(open(), client, choice, {
      ...options,
      spoolFolder: options.spoolFolder,
    });
    const isAttested = image.attested.has(spooled.manifestDigest ?? '');
    return { ...spooled, isAttested, platforms: platformsOf(image, spooled.platform) };
  }
  const chosen =
    kept ??
    (await progress.show({ label: waitingFor(choice.reference) }, () =>
      readSavedImage(open(), digest, choice),
    ));
  const medium = choice.reference;
  const pathOf = (layer: { readonly digest: Digest }) => blobPath(layer.digest);
  const platforms = platformsOf(image, chosen.platform);
  const isAttested = chosen.isAttested || image.attested.has(chosen.descriptor.digest);
  const facts = manifestFacts({
    ...chosen,
    reference: choice.reference,
    medium,
    pathOf,
    platforms,
    isAttested,
  });
  const stream = streamOf(facts, open, client, {
    size: wanted?.contentSize ?? null,
    hasUnnamedLayers: false,
    isVerified: false,
  });
  const reader = kept && store ? store.reader([]) : null;
  return createImage(
    facts,
    reader ? new FallbackReader(reader, stream, OWN_FILES, tellWhyNot(options)) : stream,
  );
}

/**
 * From the blobs that containerd keeps; null where they are not as they should be: the engine says then what is wrong.
 * @param platform that it must have; null for the one that is chosen
 * @param tell is told why they are not read
 */
function readKeptImage(
  store: ContentStore,
  digest: Digest,
  choice: Choice,
  platform: Platform | null,
  tell: (why: string) => void,
): Candidate | null {
  const files = { ...store, name: choice.reference };
  try {
    const found = chooseCandidate(findCandidates(files, [describeManifest(files, digest)]), choice);
    return platform === null || samePlatform(found.platform, platform) ? found : null;
  } catch (error) {
    if (!(error instanceof DeadweightError)) throw error;
    tell(`${choice.reference} is not read from ${OWN_FILES}: ${messageOf(error)}`);
    return null;
  }
}

/** Of all of its images that are there. */
function platformsOf({ manifests }: InspectedImage, own: Platform): readonly Platform[] {
  const available = manifests.filter(({ isAvailable }) => isAvailable);
  return available.length > 0 ? available.map(({ platform }) => platform) : [own];
}

/** An image that was sent, from the file that it is kept in. */
async function openSpooled(
  archive: AsyncIterable<Uint8Array>,
  client: EngineClient,
  choice: Choice,
  { spoolFolder, progress = silentProgress }: OpenOptions & { readonly spoolFolder: string },
): Promise<Image> {
  const { reference } = choice;
  const work = { label: `Saving ${reference}`, waiting: waitingFor(reference) };
  const files = await openArchiveFiles(await spool(archive, spoolFolder, work, progress), reference);
  client.close();
  try {
    return openSavedImage(files, { ...choice, ref: null });
  } catch (error) {
    files.close();
    throw error;
  }
}

/** @param size bytes of what the layers hold, as the engine has them; null where it does not say */
function streamOf(
  facts: ImageFacts,
  save: () => AsyncIterable<Uint8Array>,
  client: EngineClient,
  { size, ...how }: Pick<TarStream, 'hasUnnamedLayers' | 'isVerified'> & { readonly size: number | null },
): TarStreamReader {
  const layers = facts.layers.map(layer => layer.stored);
  const open: TarStream['open'] = (_expansion, count) => (count ? countChunks(save(), count) : save());
  // The stream has headers besides.
  const work = { waiting: waitingFor(facts.reference), total: size, isEstimate: true };
  return new TarStreamReader({ ...how, open, work, layers, close: () => client.close() });
}

/** An engine packs an image before it sends the first byte: seconds for each gigabyte. */
function waitingFor(reference: string): string {
  return `Waiting for the engine to send ${reference.replace(/^docker-daemon:/, '')}`;
}

/** @throws DeadweightError `platform-unknown`, saying so when the platform is listed but was not pulled. */
function chooseManifest(manifests: readonly StoredManifest[], choice: Choice): StoredManifest {
  const available = manifests.filter(manifest => manifest.isAvailable);
  if (available.length > 0) return chooseCandidate(available, choice);
  const listed = chooseCandidate(manifests, choice).platform;
  throw platformUnknown(
    `${choice.reference}, of which ${formatPlatform(listed)} is listed but not pulled,`,
    choice.platform,
    choice.hostPlatform,
    [],
  );
}

const ENOUGH = Symbol('enough');
const MAX_KEPT = 4 * MAX_DOCUMENT;

/**
 * The manifest and config of an image from the stream of `docker save`: the API of an engine with the containerd
 * store tells neither the config's digest nor the layers' blobs. Reads no further than it must.
 * @param digest of the manifest; null when the API did not tell: then the archive's index is read, which comes last
 * @throws DeadweightError `blob-missing`, `platform-unknown`, …
 */
async function readSavedImage(
  archive: AsyncIterable<Uint8Array>,
  digest: Digest | null,
  choice: Choice,
): Promise<Candidate> {
  const documents = new Map<string, Uint8Array>();
  const files: DocumentFiles = {
    name: choice.reference,
    has: path => documents.has(path),
    read: path => documents.get(path) ?? null,
  };
  const isComplete = () => digest !== null && hasImage(files, digest);
  await readDocuments(archive, documents, isComplete);
  if (digest !== null)
    return chooseCandidate(findCandidates(files, [describeManifest(files, digest)]), choice);
  const index = documents.get('index.json') ?? new Uint8Array();
  const manifest = parseManifest(index, `index.json of ${files.name}`);
  const roots = manifest.kind === 'index' ? manifest.manifests : [];
  return chooseCandidate(findCandidates(files, roots), choice);
}

async function readDocuments(
  archive: AsyncIterable<Uint8Array>,
  documents: Map<string, Uint8Array>,
  isComplete: () => boolean,
): Promise<void> {
  let kept = 0;
  const entry = (header: TarHeader): ContentSink | undefined => {
    if (header.kind !== 'file' || header.size > MAX_DOCUMENT || kept > MAX_KEPT) return undefined;
    return keepDocument(content => {
      kept += content.length;
      documents.set(cleanName(header.path), content);
      if (isComplete()) throw ENOUGH;
    });
  };
  try {
    await readTarStream(archive, { entry });
  } catch (error) {
    if (error !== ENOUGH) throw error;
  }
}

function hasImage(files: DocumentFiles, digest: Digest): boolean {
  const bytes = files.read(blobPath(digest));
  if (!bytes) return false;
  const manifest = parseManifest(bytes, `The manifest ${digest} of ${files.name}`);
  return manifest.kind === 'manifest' && files.has(blobPath(manifest.config.digest));
}

function describeManifest(files: DocumentFiles, digest: Digest): Descriptor {
  const size = files.read(blobPath(digest))?.length ?? 0;
  return { mediaType: '', digest, size, platform: null, annotations: {}, artifactType: null };
}
