import { StackedScans } from '../../analysis/stacked-scans.ts';
import type { DiffId } from '../../base/digest.ts';
import { takeTurn } from '../../base/turn.ts';
import type { KnownLayer } from '../../layer/known-layers.ts';
import type { LayerScan, PlacedScan } from '../../layer/layer-scan.ts';
import { forwardScans, type ScanStore } from '../../layer/scan-store.ts';
import { COLLECTORS } from '../../packages/collectors.ts';

/** Entries of an image that is stacked beforehand: a larger one would keep this thread from hearing the build. */
const MAX_ENTRIES = 300_000;

/**
 * What a build will make, most likely: what the same build made before. Its scans are read and stacked while it runs, so
 * that little is left to do where nothing has changed. What is another layer then is read as ever.
 */
export class ExpectedImage {
  readonly #store: ScanStore;
  /** What the layers are remembered by. */
  readonly #name: string;
  readonly #ahead = new Map<string, PlacedScan>();
  /** Layers whose scans were in the store or came into it. */
  readonly #seen = new Map<DiffId, KnownLayer>();
  #stacked: StackedScans | null = null;
  #isOver = false;

  constructor(store: ScanStore, name: string) {
    this.#store = store;
    this.#name = name;
  }

  /** Works ahead until `stop`. Nothing depends on it: what goes wrong will be told where it is needed. */
  async prepare(): Promise<void> {
    await this.#prepare().catch(() => undefined);
  }

  stop(): void {
    this.#isOver = true;
  }

  async #prepare(): Promise<void> {
    const layers = this.#isOver ? [] : await this.#store.getLayers(this.#name);
    let entries = 0;
    const scans: LayerScan[] = [];
    for (const layer of layers) {
      const scan = this.#isOver ? null : await this.#read(layer);
      if (scan === null) return;
      entries += scan.entries.length;
      if (entries > MAX_ENTRIES) return;
      scans.push(scan);
      await takeTurn();
    }
    if (scans.length === 0) return;
    const stacked = new StackedScans(scans);
    this.#stacked = stacked;
    for (const part of ['paths', 'stack', 'weights', 'wasted', 'dive', 'visibleFiles', 'packages'] as const) {
      if (this.#isOver) return;
      void stacked[part];
      await takeTurn();
    }
  }

  async #read({ diffId, place }: KnownLayer): Promise<LayerScan | null> {
    const key = keyOf(diffId, place);
    const known = this.#ahead.get(key);
    if (known !== undefined) return known.scan;
    const scan = place === null ? await this.#store.get(diffId, COLLECTORS) : null;
    const found = place === null ? null : await this.#store.getPlaced({ diffId, place }, COLLECTORS);
    const read = scan === null ? found : { scan, starts: [] };
    if (read !== null) this.#ahead.set(key, read);
    return read?.scan ?? null;
  }

  /** The store, with what was read ahead. */
  get store(): ScanStore {
    const [store, seen] = [this.#store, this.#seen];
    const aheadOf = (collectors: unknown, diffId: DiffId, place: string | null): PlacedScan | undefined =>
      collectors === COLLECTORS ? this.#ahead.get(keyOf(diffId, place)) : undefined;
    const see = (diffId: DiffId, place: string | null): void => void seen.set(diffId, { diffId, place });
    return {
      ...forwardScans(store),
      async get(diffId, collectors) {
        const scan = aheadOf(collectors, diffId, null)?.scan ?? (await store.get(diffId, collectors));
        if (scan !== null) see(diffId, null);
        return scan;
      },
      async put(scan, collectors) {
        if (scan.verified) see(scan.diffId, null);
        await store.put(scan, collectors);
      },
      async getPlaced(layer, collectors) {
        const found = aheadOf(collectors, layer.diffId, layer.place);
        const scan = found ?? (await store.getPlaced(layer, collectors));
        if (scan !== null) see(layer.diffId, layer.place);
        return scan;
      },
      async putPlaced(layer, found, collectors) {
        see(layer.diffId, layer.place);
        await store.putPlaced(layer, found, collectors);
      },
    };
  }

  /** Stacks scans, which were stacked where they are what was expected. */
  stack(scans: readonly LayerScan[]): StackedScans {
    const expected = this.#stacked;
    this.#stacked = null;
    this.#ahead.clear();
    const isSame =
      expected?.scans.length === scans.length && expected.scans.every((scan, index) => scan === scans[index]);
    return expected && isSame ? expected : new StackedScans(scans);
  }

  /** @param diffIds of the image that was built, lowest first */
  async remember(diffIds: readonly DiffId[]): Promise<void> {
    const layers = diffIds.map(diffId => this.#seen.get(diffId)).filter(layer => layer !== undefined);
    if (layers.length === diffIds.length) await this.#store.putLayers(this.#name, layers);
  }
}

function keyOf(diffId: DiffId, place: string | null): string {
  return `${diffId} ${place ?? ''}`;
}
