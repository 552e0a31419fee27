import { Buffer } from 'node:buffer';
import { type DiffId, diffIdOfTar, digestAlgorithm, sha256 } from '../base/digest.ts';
import type { CountBytes } from '../base/effects.ts';
import { DeadweightError } from '../base/errors.ts';
import type { Packing } from '../base/packing.ts';
import { formatPlatform, type Platform } from '../base/platform.ts';
import { printable } from '../base/untrusted-text.ts';
import { ChunkPipe } from '../image/chunk-pipe.ts';
import { countChunks } from '../image/counted-bytes.ts';
import type { Image, Layer } from '../image/image.ts';
import { LayerHashes, WORTH_A_THREAD } from '../image/layer-hashes.ts';
import { hashStream } from '../image/targets/hashed-stream.ts';
import type {
  BlobIdentity,
  BlobStream,
  ImageTarget,
  OutgoingBlob,
  WrittenImage,
  WrittenLayer,
} from '../image/targets/image-target.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { assertDiffId } from '../layer/scan.ts';
import type { DockerName } from '../oci/docker-name.ts';
import { type JsonDocument, jsonList, jsonObject, parseJsonDocument } from '../oci/json-document.ts';
import { parseLayerMediaType } from '../oci/media-type.ts';
import { type Compression, decompress, detectCompression } from '../tar/compression.ts';
import { pack } from '../tar/packing.ts';
import { lendRange, type RandomAccess, streamRange } from '../tar/random-access.ts';
import { type LayerMerge, type LayerRange, planLayerMerge } from './layer-merge.ts';
import { mergeLayers } from './merged-layer.ts';
import { hasInlineCache, squashConfig } from './squashed-config.ts';
import { type ListedBlob, lostAnnotations, outgoingDocument, squashManifest } from './squashed-manifest.ts';

/** A range of layers, and how they become one. */
export interface PlannedRange extends LayerRange {
  readonly merge: LayerMerge;
}

/**
 * @param ranges that do not meet
 * @throws DeadweightError as `planLayerMerge`; `usage` for an image of Windows
 */
export function planSquash(
  image: Pick<Image, 'platform' | 'platforms' | 'reference'>,
  scans: readonly LayerScan[],
  ranges: readonly LayerRange[],
): readonly PlannedRange[] {
  if (image.platform.os === 'windows') throw ofWindows(image);
  return ranges.map(range => ({ ...range, merge: planLayerMerge(scans, range) }));
}

/** An image that was written, and what of it is new. */
export interface SquashedImage extends WrittenImage {
  readonly layers: readonly SquashedLayer[];
}

/** What an image has that holds no more when layers of it are merged, or of another platform of its index. */
export interface OldParts {
  readonly inlineCache: boolean;
  readonly attestations: boolean;
  /** Of the manifest, what is true of the layers as they were. */
  readonly annotations: boolean;
}

/** @throws DeadweightError what reading config and manifest throws */
export async function findOldParts(
  image: Pick<Image, 'documents' | 'isAttested' | 'reference'>,
  ranges: readonly LayerRange[],
): Promise<OldParts> {
  const { config, manifest } = await readDocuments(image);
  return {
    inlineCache: hasInlineCache(config),
    attestations: image.isAttested,
    annotations: lostAnnotations(manifest, ranges).length > 0,
  };
}

async function readDocuments(image: Pick<Image, 'documents' | 'reference'>) {
  const documents = await image.documents();
  const of = printable(image.reference);
  return {
    documents,
    config: parseJsonDocument(documents.config, `The config of ${of}`),
    manifest: documents.manifest && parseJsonDocument(documents.manifest, `The manifest of ${of}`),
  };
}

export interface SquashedLayer extends WrittenLayer {
  readonly packing: Packing['type'];
  /** Which layers it was: several became one where `first` is not `last`. */
  readonly range: LayerRange;
}

export interface SquashRequest {
  readonly image: Image;
  /** Of all its layers. */
  readonly scans: readonly LayerScan[];
  /** Ranges that do not meet, lowest first. */
  readonly ranges: readonly PlannedRange[];
  /** null: as the layers of a range are packed, or as the target usually has it. */
  readonly packing: Packing | null;
  /** The repository that has the image; null where it is in none. */
  readonly origin: DockerName | null;
  /** Counts bytes of merged tars. */
  readonly count: CountBytes;
}

/**
 * Writes an image with each range merged. Layers that are in no range stay as they are stored.
 * @throws DeadweightError what reading the layers and writing to the target throws, `digest-mismatch`
 */
export async function squashImage(request: SquashRequest, target: ImageTarget): Promise<SquashedImage> {
  const hashes = new LayerHashes();
  try {
    return await writeLayers({ ...request, hashes }, target);
  } finally {
    await hashes.close();
  }
}

/** With what hashes the layers that are read, one after the other. */
type HashedRequest = SquashRequest & { readonly hashes: LayerHashes };

async function writeLayers(request: HashedRequest, target: ImageTarget): Promise<SquashedImage> {
  const { image, ranges } = request;
  const { documents, config, manifest } = await readDocuments(image);
  const layers: SquashedLayer[] = [];
  for (const range of rangesOf(image.layers, ranges))
    layers.push(
      await (range.merge === null
        ? keepLayer(range.layer, request, target)
        : mergeRange({ ...range, merge: range.merge }, request, target)),
    );
  const merged = ranges.map(range => {
    const layer = layers.find(each => each.range.first === range.first);
    if (layer === undefined) throw new TypeError('a range was merged');
    return { ...range, diffId: layer.diffId };
  });
  // What nothing is merged of is a copy, byte for byte.
  const squashed =
    ranges.length === 0 ? documents.config : Buffer.from(JSON.stringify(squashConfig(config, merged)));
  const known = { digest: sha256(squashed), size: squashed.length };
  await target.write({ name: 'the config', known, from: null, open: () => streamOf(squashed, known) });
  const listed = layers.map(
    ({ digest, size, packing, range }): ListedBlob => ({
      ...{ digest, size, packing },
      source: range.first === range.last ? range.first : null,
    }),
  );
  const { mediaType } = image;
  const isKept = ranges.length === 0 && manifest !== null && lists(manifest, [known, ...layers]);
  return {
    platform: platformOf(config, image.platform),
    config: known,
    layers,
    manifest:
      isKept && documents.manifest !== null && mediaType !== null
        ? outgoingDocument(mediaType, documents.manifest)
        : squashManifest(manifest, mediaType, known, listed, lostAnnotations(manifest, ranges)),
  };
}

/** Whether a manifest is of these blobs: the config, and then the layers. */
function lists({ config, layers }: JsonDocument, blobs: readonly BlobIdentity[]): boolean {
  const listed = [config, ...jsonList(layers)].map(entry => jsonObject(entry)['digest']);
  return listed.length === blobs.length && blobs.every(({ digest }, index) => digest === listed[index]);
}

type LayersOfOne =
  | (LayerRange & { readonly merge: LayerMerge; readonly layer: null })
  | (LayerRange & { readonly merge: null; readonly layer: Layer });

/** What each layer of the squashed image is made of. */
function rangesOf(layers: readonly Layer[], ranges: readonly PlannedRange[]): readonly LayersOfOne[] {
  return layers.flatMap((layer): LayersOfOne[] => {
    const { index } = layer;
    const range = ranges.find(({ first, last }) => first <= index && index <= last);
    if (range === undefined) return [{ first: index, last: index, merge: null, layer }];
    return range.first === index ? [{ ...range, layer: null }] : [];
  });
}

async function mergeRange(
  { first, last, merge }: PlannedRange,
  { image, scans, packing, count, hashes }: HashedRequest,
  target: ImageTarget,
): Promise<SquashedLayer> {
  const how = packing ?? usualPacking(image.layers[last], target);
  let tar: BlobStream | null = null;
  const opener = (isLent: boolean) => (index: number) =>
    verified(layerAt(image, index), scans[index]?.size ?? 0, hashes, isLent);
  const merged = (isLent: boolean) => countChunks(mergeLayers(merge, scans, opener(isLent)), count);
  // Nobody else has to hash a tar that is written as it is.
  const isLent = how.type === 'none' && merge.size >= WORTH_A_THREAD;
  const blob: OutgoingBlob = {
    name: `layers ${first} to ${last}, merged,`,
    known: null,
    from: null,
    open: () => {
      const opened = hashStream(merged(false), merge.size);
      tar = opened;
      return how.type === 'none' ? opened : hashStream(pack(opened.chunks, how), merge.size);
    },
    ...(isLent ? { lend: () => merged(true) } : {}),
  };
  const written = await target.write(blob);
  const diffId = how.type === 'none' ? diffIdOfTar(written.digest) : await diffIdOf(tar);
  return { ...written, packing: how.type, range: { first, last }, diffId };
}

async function keepLayer(
  layer: Layer,
  { packing, origin, scans, hashes }: HashedRequest,
  target: ImageTarget,
): Promise<SquashedLayer> {
  const { index, diffId, digest, compressedSize, mediaType, isBlobStored } = layer;
  const name = `layer ${index}`;
  const size = scans[index]?.size ?? 0;
  const range = { first: index, last: index };
  if (isBlobStored && digest !== null && compressedSize !== null) {
    const known = { digest, size: compressedSize };
    const open = () => ({ chunks: layer.openStored(), identity: async () => known });
    const written = await target.write({ name, known, from: origin, open });
    return {
      ...written,
      diffId,
      range,
      packing: parseLayerMediaType(mediaType ?? '')?.compression ?? 'none',
    };
  }
  const stored = await storedPacking(layer);
  if (stored === 'gzip' || stored === 'zstd') {
    const open = () => hashStream(verifiedBeside(layer, stored, size, hashes), size);
    return {
      ...(await target.write({ name, known: null, from: null, open })),
      diffId,
      range,
      packing: stored,
    };
  }
  const how = packing ?? { type: target.usualCompression, level: null };
  const open = () => {
    if (how.type !== 'none') return hashStream(pack(verified(layer, size, hashes), how), size);
    // The one hash is that of the blob as well.
    if (digestAlgorithm(diffId) !== 'sha256') return hashStream(verified(layer, size, hashes), size);
    const tar = hashStream(layer.open(), size);
    const identity = async () => {
      const found = await tar.identity();
      assertDiffId(found.digest, diffId);
      return found;
    };
    return { chunks: tar.chunks, identity };
  };
  const isPlain = how.type === 'none' && digestAlgorithm(diffId) === 'sha256' && size >= WORTH_A_THREAD;
  const lend = isPlain ? lentTar(layer) : null;
  const blob = { name, known: null, from: null, open, ...(lend === null ? {} : { lend }) };
  const written = await target.write(blob);
  // Of bytes that were lent nothing but what was written is hashed.
  if (lend !== null) assertDiffId(written.digest, diffId);
  return { ...written, diffId, range, packing: how.type };
}

/** As its last layer is packed: the newest tool has made that. */
function usualPacking(layer: Layer | undefined, target: ImageTarget): Packing {
  const type = parseLayerMediaType(layer?.mediaType ?? '')?.compression ?? target.usualCompression;
  return { type, level: null };
}

/** How a layer is packed where no manifest says: jib and kaniko write archives with compressed layers. */
async function storedPacking(layer: Layer) {
  let start = Buffer.alloc(0);
  for await (const chunk of layer.openStored()) {
    start = Buffer.concat([start, chunk]);
    if (start.length >= 6) break;
  }
  return detectCompression(start);
}

/**
 * The tar of a layer, compared with its diffID: what is merged goes by where its entries are.
 * @param size about how many bytes it has
 * @param isLent whether each chunk may be overwritten when the next one is asked for
 */
async function* verified(
  layer: Layer,
  size: number,
  hashes: LayerHashes,
  isLent = false,
): AsyncIterable<Uint8Array> {
  const file = size < WORTH_A_THREAD ? null : layer.tarFile();
  const range = file?.range?.() ?? null;
  const hashed = range && hashes.ofFile(layer.diffId, range);
  if (file === null || hashed === null) {
    file?.close();
    yield* verify(layer.open(), layer.diffId, size, hashes);
    return;
  }
  try {
    yield* tarOf(file, isLent);
    assertDiffId(`${digestAlgorithm(layer.diffId)}:${await hashed.digest()}`, layer.diffId);
  } finally {
    hashed.abandon();
    file.close();
  }
}

function tarOf(file: RandomAccess, isLent: boolean): AsyncIterable<Uint8Array> {
  const all = { start: 0, length: file.size };
  return isLent ? lendRange(file, all) : streamRange(file, all);
}

/** The tar of a layer that is kept as it is, for who copies it and hashes what was written; null where it lies in no file. */
function lentTar(layer: Layer): (() => AsyncIterable<Uint8Array>) | null {
  const file = layer.tarFile();
  file?.close();
  if (file === null) return null;
  return async function* () {
    const opened = layer.tarFile();
    if (opened === null) throw new TypeError('a layer lies where it lay');
    try {
      yield* tarOf(opened, true);
    } finally {
      opened.close();
    }
  };
}

async function* verify(
  tar: AsyncIterable<Uint8Array>,
  diffId: DiffId,
  size: number,
  hashes: LayerHashes,
): AsyncIterable<Uint8Array> {
  const hash = hashes.start(diffId, size);
  for await (const chunk of tar) {
    const pending = hash.update(chunk);
    if (pending !== undefined) await pending;
    yield chunk;
  }
  assertDiffId(`${digestAlgorithm(diffId)}:${await hash.digest()}`, diffId);
}

/** The stored bytes of a packed layer. They are unpacked beside it, and that is compared with its diffID before they end. */
async function* verifiedBeside(
  layer: Layer,
  compression: Compression,
  size: number,
  hashes: LayerHashes,
): AsyncIterable<Uint8Array> {
  const pipe = new ChunkPipe();
  const tar = verify(decompress(pipe, compression), layer.diffId, size, hashes);
  const checked = readToEnd(tar);
  // It is looked at when all has passed.
  checked.catch(() => undefined);
  try {
    for await (const chunk of layer.openStored()) {
      // Nothing waits where the check has failed.
      const full = pipe.write(chunk);
      if (full !== undefined) await full;
      yield chunk;
    }
    pipe.end();
    await checked;
  } finally {
    pipe.fail(new Error('it is given up'));
    // The next layer may have the same hash.
    await checked.catch(() => undefined);
  }
}

async function readToEnd(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _chunk of chunks);
}

function layerAt(image: Image, index: number): Layer {
  const layer = image.layers[index];
  if (layer === undefined) throw new RangeError(`there is no layer ${index}`);
  return layer;
}

async function diffIdOf(tar: BlobStream | null): Promise<DiffId> {
  if (tar === null) throw new TypeError('a blob that nobody knows is read');
  return diffIdOfTar((await tar.identity()).digest);
}

function streamOf(
  bytes: Uint8Array,
  known: { readonly digest: ReturnType<typeof sha256>; readonly size: number },
): BlobStream {
  const chunks = (async function* () {
    yield bytes;
  })();
  return { chunks, identity: async () => known };
}

/** As the config has it: an index keeps the variant that a name may leave out. */
function platformOf(config: JsonDocument, known: Platform): Platform {
  const { os, architecture, variant } = config;
  if (typeof os !== 'string' || typeof architecture !== 'string') return known;
  return typeof variant === 'string' && variant !== '' ? { os, architecture, variant } : { os, architecture };
}

function ofWindows({ reference, platforms }: Pick<Image, 'platforms' | 'reference'>): DeadweightError {
  const other = platforms.find(({ os }) => os !== 'windows');
  return new DeadweightError('usage', {
    message: `${printable(reference)} is an image of Windows, whose layers hold changes of the registry that cannot be merged.`,
    remedy:
      other === undefined
        ? 'Build it again with fewer steps.'
        : `Give --platform ${printable(formatPlatform(other))}, or another of its platforms that is none of Windows.`,
  });
}
