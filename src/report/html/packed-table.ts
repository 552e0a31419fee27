import { ENTRY_COLUMNS, type FileTable, PATH_COLUMNS } from './file-table.ts';
import { VarintReader, VarintWriter } from './varint.ts';

/** Values that are unpacked between two pauses. */
const STEP = 16_384;

/** A number of bytes is nothing, the size of its entry, or written out. */
const ZERO = 0;
const WHOLE = 1;
const WRITTEN = 2;

type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** One column after the other, which deflate likes better than one row after the other. */
export function packTable(table: FileTable): Uint8Array {
  const { nameBytes, nameEnds, entryEnds, sizes, visible, hidden, packages, links, attributes } = table;
  const writer = new VarintWriter();
  const texts = new TextEncoder().encode(JSON.stringify({ packages, links, attributes }));
  for (const count of [table.depths.length, table.layers.length, nameBytes.length, texts.length])
    writer.push(count);
  for (const name of PATH_COLUMNS) pushAll(writer, table[name]);
  pushDifferences(writer, entryEnds);
  for (const name of ENTRY_COLUMNS) pushAll(writer, table[name]);
  pushShares(writer, visible, sizes);
  pushShares(writer, hidden, sizes);
  pushDifferences(writer, nameEnds);
  writer.pushBytes(nameBytes);
  writer.pushBytes(texts);
  return writer.finish();
}

function pushAll(writer: VarintWriter, column: Numbers): void {
  for (const value of column) writer.push(value);
}

function pushDifferences(writer: VarintWriter, ends: Uint32Array): void {
  let before = 0;
  for (const end of ends) {
    writer.push(end - before);
    before = end;
  }
}

function pushShares(writer: VarintWriter, column: Float64Array, sizes: Float64Array): void {
  const written: number[] = [];
  for (const [entry, value] of column.entries()) {
    const share = value === 0 ? ZERO : value === sizes[entry] ? WHOLE : WRITTEN;
    if (share === WRITTEN) written.push(value);
    writer.push(share);
  }
  for (const value of written) writer.push(value);
}

/**
 * Unpacks what `packTable` packed, with a pause every few thousand values: the page has other things to do.
 * @returns the table at the end
 */
export function* unpackTable(bytes: Uint8Array): Generator<undefined, FileTable> {
  const reader = new VarintReader(bytes);
  const [paths, entries, nameLength, textLength] = [
    reader.next(),
    reader.next(),
    reader.next(),
    reader.next(),
  ];
  // In the order in which they are packed.
  const byPath = {
    depths: yield* readAll(reader, new Uint16Array(paths)),
    kinds: yield* readAll(reader, new Uint8Array(paths)),
    changes: yield* readAll(reader, new Uint8Array(paths)),
    baselines: yield* readAll(reader, new Float64Array(paths)),
    folded: yield* readAll(reader, new Uint32Array(paths)),
    owners: yield* readAll(reader, new Uint32Array(paths)),
    targets: yield* readAll(reader, new Uint32Array(paths)),
    entryEnds: yield* readSums(reader, paths),
  };
  const byEntry = {
    layers: yield* readAll(reader, new Uint16Array(entries)),
    sizes: yield* readAll(reader, new Float64Array(entries)),
    states: yield* readAll(reader, new Uint8Array(entries)),
    reasons: yield* readAll(reader, new Uint8Array(entries)),
    goneIn: yield* readAll(reader, new Uint16Array(entries)),
    modes: yield* readAll(reader, new Uint32Array(entries)),
  };
  const rest = {
    visible: yield* readShares(reader, byEntry.sizes),
    hidden: yield* readShares(reader, byEntry.sizes),
    nameEnds: yield* readSums(reader, paths),
    nameBytes: reader.bytes(nameLength),
  };
  const texts: Pick<FileTable, 'packages' | 'links' | 'attributes'> = JSON.parse(
    new TextDecoder().decode(reader.bytes(textLength)),
  );
  return { ...byPath, ...byEntry, ...rest, ...texts };
}

function* readAll<Column extends Numbers>(
  reader: VarintReader,
  column: Column,
): Generator<undefined, Column> {
  for (let index = 0; index < column.length; index += 1) {
    column[index] = reader.next();
    if (index % STEP === STEP - 1) yield;
  }
  return column;
}

function* readSums(reader: VarintReader, length: number): Generator<undefined, Uint32Array> {
  const ends = yield* readAll(reader, new Uint32Array(length));
  for (let index = 1; index < length; index += 1) ends[index] = (ends[index] ?? 0) + (ends[index - 1] ?? 0);
  return ends;
}

function* readShares(reader: VarintReader, sizes: Float64Array): Generator<undefined, Float64Array> {
  const shares = yield* readAll(reader, new Uint8Array(sizes.length));
  const column = new Float64Array(sizes.length);
  for (let entry = 0; entry < sizes.length; entry += 1) {
    const share = shares[entry];
    if (share === WHOLE) column[entry] = sizes[entry] ?? 0;
    else if (share === WRITTEN) column[entry] = reader.next();
    if (entry % STEP === STEP - 1) yield;
  }
  return column;
}
