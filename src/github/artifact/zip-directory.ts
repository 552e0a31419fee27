import { DeadweightError } from '../../base/errors.ts';
import { quote } from '../../base/untrusted-text.ts';

/** A file of a zip, as the central directory states it. */
export interface ZipFile {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where its local header starts. */
  readonly offset: number;
}

/** PKWARE's APPNOTE.TXT, 4.3.12 and 4.3.16. */
const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const END_SIZE = 22;
const ENTRY_SIZE = 46;
const MAX_COMMENT = 0xffff;
const ENCRYPTED = 0x0001 | 0x0040 | 0x2000;

/** `S_IFMT`, `S_IFREG`: a zip made on Unix keeps the mode in the upper half of the external attributes. */
const FORMAT_MASK = 0o170000;
const REGULAR = 0o100000;

/**
 * Reads the central directory. Directories are left out. Whatever a plain archive of a few files does not have
 * (zip64, encryption, several disks, links, paths that leave the folder, a name twice) is refused.
 * @throws DeadweightError `input-corrupt`, `limit-exceeded`
 */
export function readZipDirectory(zip: Buffer, maxFiles: number): readonly ZipFile[] {
  const end = findEnd(zip);
  const count = zip.readUInt16LE(end + 10);
  const start = zip.readUInt32LE(end + 16);
  if (zip.readUInt16LE(end + 4) !== 0 || zip.readUInt16LE(end + 8) !== count)
    throw corrupt('it has several parts');
  if (start + zip.readUInt32LE(end + 12) !== end) throw corrupt('its directory is not where it says');
  if (count > maxFiles) {
    throw new DeadweightError('limit-exceeded', {
      message: `The archive was not read: it has ${count} entries, and no report has more than ${maxFiles}.`,
      remedy: 'Let the pattern match artifacts of Deadweight only.',
    });
  }
  const files: ZipFile[] = [];
  let at = start;
  for (let index = 0; index < count; index += 1) {
    const { file, length } = readEntry(zip, at, end);
    if (file !== null) files.push(file);
    at += length;
  }
  if (at !== end) throw corrupt('its directory is longer than its entries');
  if (new Set(files.map(file => file.name)).size !== files.length) throw corrupt('a name is there twice');
  return files;
}

/** The record may be followed by a comment: the last one whose comment ends with the archive counts. */
function findEnd(zip: Buffer): number {
  for (let at = zip.length - END_SIZE; at >= Math.max(0, zip.length - END_SIZE - MAX_COMMENT); at -= 1) {
    if (zip.readUInt32LE(at) !== END_SIGNATURE) continue;
    if (at + END_SIZE + zip.readUInt16LE(at + 20) === zip.length) return at;
  }
  throw corrupt('it is not a zip, or not a whole one');
}

function readEntry(zip: Buffer, at: number, end: number): { file: ZipFile | null; length: number } {
  if (at + ENTRY_SIZE > end || zip.readUInt32LE(at) !== ENTRY_SIGNATURE)
    throw corrupt('its directory is damaged');
  const nameLength = zip.readUInt16LE(at + 28);
  const length = ENTRY_SIZE + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  if (at + length > end) throw corrupt('its directory is damaged');
  if ((zip.readUInt16LE(at + 8) & ENCRYPTED) !== 0) throw corrupt('it is encrypted');
  const name = readName(zip.subarray(at + ENTRY_SIZE, at + ENTRY_SIZE + nameLength));
  const compressedSize = zip.readUInt32LE(at + 20);
  const size = zip.readUInt32LE(at + 24);
  if (name.endsWith('/')) {
    if (size > 0) throw corrupt('a directory has content');
    return { file: null, length };
  }
  const format = (zip.readUInt32LE(at + 38) >>> 16) & FORMAT_MASK;
  if (format !== 0 && format !== REGULAR) throw corrupt(`${quote(name)} is not a regular file`);
  const file = { name, method: readMethod(zip.readUInt16LE(at + 10)), crc32: zip.readUInt32LE(at + 16) };
  return { file: { ...file, compressedSize, size, offset: zip.readUInt32LE(at + 42) }, length };
}

function readMethod(code: number): ZipFile['method'] {
  if (code === 0) return 'stored';
  if (code === 8) return 'deflated';
  throw corrupt(`it is compressed in a way that is not known (${code})`);
}

/** Nothing is ever written under these names; a name that would need care is a reason to refuse the rest. */
function readName(bytes: Buffer): string {
  let name: string;
  try {
    name = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw corrupt('a name is not UTF-8');
  }
  const parts = name.replace(/\/$/, '').split('/');
  const isSafe = parts.every(part => part !== '' && part !== '.' && part !== '..');
  if (!isSafe || /[\u0000-\u001f\u007f\\:]/.test(name)) {
    throw corrupt(`the name ${quote(name)} is not allowed`);
  }
  return name;
}

/** @param why completes the sentence “The archive was not read: …” */
export function corrupt(why: string, cause?: unknown): DeadweightError {
  return new DeadweightError('input-corrupt', {
    message: `The archive was not read: ${why}.`,
    remedy: 'Run the workflow that uploaded it again: only artifacts of Deadweight can be read.',
    cause,
  });
}
