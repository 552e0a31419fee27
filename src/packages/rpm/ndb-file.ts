import type { Buffer } from 'node:buffer';

const MAGIC = 'RpmP';
const SLOT_MAGIC = 'Slot';
const BLOB_MAGIC = 'BlbS';
const PAGE = 4096;
/** Bytes of a slot, of a blob's header, and the unit of positions. */
const UNIT = 16;
/** The file's header takes the place of the first two slots. */
const FIRST_SLOT = 2;

/**
 * Visits the headers of an rpm database in rpm's own format (SUSE's `Packages.db`), little-endian: pages of slots,
 * each of which names the place of a package's blob.
 * @see https://github.com/rpm-software-management/rpm/blob/rpm-4.20.x/lib/backend/ndb/rpmpkg.c
 * @throws RangeError when the bytes are no such database
 */
export function forEachBlob(file: Buffer, visit: (blob: Buffer) => void): void {
  if (file.toString('latin1', 0, 4) !== MAGIC || file.readUInt32LE(4) !== 0) {
    throw new RangeError('not an rpm database of a version that is known');
  }
  const slots = (file.readUInt32LE(12) * PAGE) / UNIT;
  // Blobs do not overlap: together they are shorter than the file.
  let left = file.length;
  for (let slot = FIRST_SLOT; slot < slots; slot += 1) {
    const at = slot * UNIT;
    if (file.toString('latin1', at, at + 4) !== SLOT_MAGIC) throw new RangeError('a slot that is none');
    const packageIndex = file.readUInt32LE(at + 4);
    if (packageIndex === 0) continue;
    const start = file.readUInt32LE(at + 8) * UNIT;
    const isBlob =
      file.toString('latin1', start, start + 4) === BLOB_MAGIC &&
      file.readUInt32LE(start + 4) === packageIndex;
    const length = isBlob ? file.readUInt32LE(start + 12) : left + 1;
    left -= length;
    if (left < 0 || start + UNIT + length > file.length) throw new RangeError('a blob that is not there');
    visit(file.subarray(start + UNIT, start + UNIT + length));
  }
}
