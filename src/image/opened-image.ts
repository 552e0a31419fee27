import type { DiffId } from '../base/digest.ts';
import { silentProgress } from '../base/effects.ts';
import { ImageLimits } from '../layer/image-limits.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { noScanStore } from '../layer/scan-store.ts';
import type { Image, Layer, ScanRequest } from './image.ts';
import { type ImageFacts, matchHistory } from './image-facts.ts';
import { nameLayer } from './layer-bytes.ts';
import type { LayerReader, LayerTask, ReadTask, StoredLayer, TarConsumer } from './layer-reader.ts';

/** Makes the image that users of sources see: the same for every medium, which only brings a reader. */
export function createImage(facts: ImageFacts, reader: LayerReader): Image {
  const { layers: layerFacts, ...head } = facts;
  const { createdBy, notices } = matchHistory(facts.history, layerFacts.length);
  const layers = layerFacts.map(({ stored, ...layer }, index): Layer => {
    const open = () => nameErrors(reader.open(stored), stored);
    const openStored = () => nameErrors(reader.openStored(stored), stored);
    const access = () => reader.access(stored);
    const place = () => reader.place(stored);
    const tarFile = () => reader.tarFile?.(stored) ?? null;
    const isBlobStored = stored.digest !== null;
    return {
      ...layer,
      ...{ index, createdBy: createdBy[index] ?? '', isBlobStored },
      ...{ open, openStored, tarFile, access, place },
    };
  });
  const stored = layerFacts.map(layer => layer.stored);
  return {
    ...head,
    layers,
    notices: [...head.notices, ...notices],
    scan: request => scanImage(head.reference, stored, reader, request),
    read: consumers => reader.read(planReads(stored, consumers)),
    close: () => reader.close(),
  };
}

function planReads(
  layers: readonly StoredLayer[],
  consumers: ReadonlyMap<DiffId, TarConsumer>,
): readonly ReadTask[] {
  const distinct = new Map(layers.map(layer => [layer.diffId, layer]));
  return [...distinct.values()].flatMap(layer => {
    const consumer = consumers.get(layer.diffId);
    return consumer === undefined ? [] : [{ layer, consumer }];
  });
}

async function* nameErrors(chunks: AsyncIterable<Uint8Array>, layer: StoredLayer): AsyncIterable<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw nameLayer(error, layer);
  }
}

/** A layer that occurs twice in an image (the same diffID) is read once, unless it is to be verified at each place. */
async function scanImage(
  reference: string,
  layers: readonly StoredLayer[],
  reader: LayerReader,
  request: ScanRequest,
): Promise<readonly (LayerScan | null)[]> {
  const { collectors = [], store = noScanStore, progress = silentProgress, verify = false } = request;
  const isWanted = (index: number) => request.layers?.has(index) ?? true;
  const scans = new Map<DiffId, LayerScan>();
  const missing: LayerTask[] = [];
  const limits = new ImageLimits();
  for (const task of planScans(layers, request)) {
    // Who verifies believes nothing but the bytes.
    const scan = verify ? null : await store.get(task.layer.diffId, collectors);
    if (!scan || !satisfies(scan, task)) missing.push(task);
    else {
      limits.addScan(scan);
      scans.set(scan.diffId, scan);
    }
  }
  try {
    const options = {
      collectors,
      verify,
      progress,
      store,
      limits,
      label: `Reading ${reference}`,
    };
    const keep = async (scan: LayerScan) => {
      scans.set(scan.diffId, scan);
      await store.put(scan, collectors);
    };
    if (missing.length > 0) await reader.scan(missing, options, keep);
  } finally {
    store.trim();
  }
  return layers.map((layer, index) => (isWanted(index) ? (scans.get(layer.diffId) ?? null) : null));
}

function planScans(layers: readonly StoredLayer[], request: ScanRequest): readonly LayerTask[] {
  const tasks = new Map<string, LayerTask>();
  const { content = 'cheap', verify = false } = request;
  layers.forEach((layer, index) => {
    if (request.layers && !request.layers.has(index)) return;
    const paths = content === 'cheap' ? content : (content.get(index) ?? new Set<string>());
    // Whoever verifies does not believe that two files are one layer either.
    const key = verify ? `${layer.diffId} ${layer.path}` : layer.diffId;
    const known = tasks.get(key)?.content;
    const both =
      known === undefined || known === 'cheap' || paths === 'cheap' ? paths : new Set([...known, ...paths]);
    tasks.set(key, { layer, content: both });
  });
  return [...tasks.values()];
}

/** Whether a stored scan has the hashes that are asked for. */
function satisfies(scan: LayerScan, task: LayerTask): boolean {
  const { content } = task;
  if (scan.contentKnown === 'all' || content === 'cheap' || content.size === 0) return true;
  return scan.entries
    .values()
    .every(entry => entry.kind !== 'file' || entry.content !== undefined || !content.has(entry.path));
}
