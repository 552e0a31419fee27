import type { ImageInventory, InventoryRow } from '../../src/inventory/inventory.ts';

/** Layers that the files are spread over; the base has none of them. */
const LAYERS = 4;
const SECONDS = 1_700_000_000;

/** So many regular files, fifty in a directory and fifty directories in another, of sizes that differ. */
export function manyFiles(count: number): ImageInventory {
  return { rowCount: count, unlistedBytes: 0, hasFilesAlone: false, rows: () => rowsOf(count) };
}

function* rowsOf(count: number): Generator<InventoryRow> {
  for (let index = 0; index < count; index += 1) {
    const size = 1000 + ((index * 7919) % 100_000);
    const isWasted = index % 50 === 0;
    yield {
      path: `srv/${Math.floor(index / 2500)}/${Math.floor(index / 50)}/file-${index}.js`,
      kind: 'file',
      layer: Math.floor((index * LAYERS) / count),
      size,
      visible: isWasted ? 0 : size,
      hidden: isWasted ? size : 0,
      wasted: isWasted ? size : 0,
      reason: isWasted ? 'deleted' : null,
      hiddenBy: isWasted ? LAYERS : null,
      state: isWasted ? 'deleted' : 'kept',
      goneIn: isWasted ? LAYERS : null,
      mode: 0o644,
      uid: 0,
      gid: 0,
      mtime: SECONDS,
      linkname: null,
      package: null,
      content: null,
    };
  }
}
