import type { Snapshot, SnapshotLayer, SnapshotPackage } from '../compare/snapshot.ts';
import { storedContents } from '../compare/stored-content.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import type { ImageInventory, InventoryRow } from './inventory.ts';
import type { OwningPackage } from './owning-package.ts';

const UNKNOWN = { mode: null, uid: null, gid: null, mtime: null, linkname: null, content: null } as const;

/**
 * The regular files that a snapshot lists, one row a path of a layer. It has base layers by reference: their files are those
 * of a layer that somebody else has, or not listed.
 */
export class SnapshotInventory implements ImageInventory {
  readonly unlistedBytes: number;
  readonly hasFilesAlone = true;
  readonly rowCount: number;
  readonly #snapshot: Snapshot;
  readonly #packages: readonly OwningPackage[];
  readonly #scans: ReadonlyMap<string, LayerScan>;

  /** @param scans of layers that may be among those of the snapshot */
  constructor(snapshot: Snapshot, scans: readonly LayerScan[] = []) {
    this.#snapshot = snapshot;
    this.#packages = (snapshot.packages ?? []).map(owningPackage);
    this.#scans = new Map(scans.map(scan => [scan.diffId, scan]));
    let [unlistedBytes, rowCount] = [0, 0];
    for (const layer of snapshot.layers) {
      const scan = isListed(layer) ? undefined : this.#scanOf(layer);
      if (!isListed(layer) && scan === undefined) unlistedBytes += layer.size;
      if (scan === undefined) rowCount += layer.files.filter(([, size]) => size > 0).length;
      else for (const { size } of scan.entries.values()) rowCount += size > 0 ? 1 : 0;
    }
    this.unlistedBytes = unlistedBytes;
    this.rowCount = rowCount;
  }

  *rows(): Generator<InventoryRow> {
    for (const [index, layer] of this.#snapshot.layers.entries()) {
      if (isListed(layer)) yield* this.#listed(layer, index);
      else yield* this.#scanned(this.#scanOf(layer), index);
    }
  }

  *#listed({ files, contents, hidden }: SnapshotLayer, layer: number): Generator<InventoryRow> {
    const hiders = new Map(hidden.map(([file, hider, reason]) => [file, { hider, reason }]));
    for (const [index, [path, size, owner]] of files.entries()) {
      if (size === 0) continue;
      const hiding = hiders.get(index) ?? null;
      yield {
        ...UNKNOWN,
        path,
        kind: 'file',
        layer,
        size,
        visible: hiding === null ? size : 0,
        hidden: hiding === null ? 0 : size,
        wasted: hiding === null ? 0 : size,
        reason: hiding?.reason ?? null,
        hiddenBy: hiding?.hider ?? null,
        state: hiding === null ? 'kept' : isRemoval(hiding.reason) ? 'deleted' : 'changed',
        goneIn: hiding?.hider ?? null,
        package: owner === undefined ? null : (this.#packages[owner] ?? null),
        content: contents[index] ?? null,
      };
    }
  }

  /** Which of them later layers hide is not known: they count as visible. */
  *#scanned(scan: LayerScan | undefined, layer: number): Generator<InventoryRow> {
    if (scan === undefined) return;
    const contentOf = storedContents(scan.entries);
    let index = -1;
    for (const { path, kind, size, mode, uid, gid, mtime } of scan.entries) {
      index += 1;
      if (kind !== 'file' || size === 0) continue;
      yield {
        ...UNKNOWN,
        path,
        kind,
        layer,
        size,
        visible: size,
        hidden: 0,
        wasted: 0,
        reason: null,
        hiddenBy: null,
        state: 'kept',
        goneIn: null,
        mode,
        uid,
        gid,
        mtime,
        package: null,
        content: contentOf(index),
      };
    }
  }

  #scanOf({ diffId }: SnapshotLayer): LayerScan | undefined {
    return this.#scans.get(diffId);
  }
}

/** Base layers are kept by reference: their sums alone are there. */
function isListed({ origin, files, size }: SnapshotLayer): boolean {
  return origin !== 'base' && (files.length > 0 || size === 0);
}

function isRemoval(reason: InventoryRow['reason']): boolean {
  return reason === 'deleted' || reason === 'opaque-directory';
}

function owningPackage([type, name, version]: SnapshotPackage): OwningPackage {
  return { type, name, version };
}
