import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { DeadweightError } from '../../base/errors.ts';
import { quote } from '../../base/untrusted-text.ts';
import { corrupt, readZipDirectory, type ZipFile } from './zip-directory.ts';

interface ZipLimits {
  readonly maxFiles: number;
  /** Of all files together, uncompressed. Bytes. */
  readonly maxBytes: number;
}

const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_SIZE = 30;

const inflateRawAsync = promisify(inflateRaw);

/**
 * The texts of a zip by their names, read in memory and never unpacked. All sizes are checked before anything is
 * inflated, and inflating stops at the size that was stated.
 * @throws DeadweightError `input-corrupt`, `limit-exceeded`
 */
export async function readZipTexts(zip: Buffer, limits: ZipLimits): Promise<ReadonlyMap<string, string>> {
  const files = readZipDirectory(zip, limits.maxFiles);
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (total > limits.maxBytes) {
    throw new DeadweightError('limit-exceeded', {
      message: `The archive was not read: it unpacks to ${total} bytes; the limit is ${limits.maxBytes}.`,
      remedy: 'Let the pattern match artifacts of Deadweight only.',
    });
  }
  const texts = new Map<string, string>();
  for (const { file, data } of locate(zip, files)) texts.set(file.name, await readText(file, data));
  return texts;
}

interface Located {
  readonly file: ZipFile;
  readonly data: Buffer;
}

/** Files whose bytes overlap are how a small zip becomes a very large one: each byte belongs to one file at most. */
function locate(zip: Buffer, files: readonly ZipFile[]): readonly Located[] {
  let free = 0;
  return files
    .toSorted((a, b) => a.offset - b.offset)
    .map(file => {
      const { offset } = file;
      if (offset < free || offset + LOCAL_SIZE > zip.length)
        throw corrupt('its files overlap or are cut off');
      if (zip.readUInt32LE(offset) !== LOCAL_SIGNATURE)
        throw corrupt('a file is not where the directory says');
      const start = offset + LOCAL_SIZE + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
      free = start + file.compressedSize;
      if (free > zip.length) throw corrupt('its files overlap or are cut off');
      return { file, data: zip.subarray(start, free) };
    });
}

async function readText(file: ZipFile, data: Buffer): Promise<string> {
  const name = quote(file.name);
  const bytes = file.method === 'stored' ? data : await inflate(file, data);
  if (bytes.length !== file.size) throw corrupt(`${name} does not have the stated size`);
  if (crc32(bytes) !== file.crc32) throw corrupt(`${name} does not have the stated checksum`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw corrupt(`${name} is not UTF-8 text`, cause);
  }
}

async function inflate(file: ZipFile, data: Buffer): Promise<Buffer> {
  try {
    return await inflateRawAsync(data, { maxOutputLength: Math.max(file.size, 1) });
  } catch (cause) {
    throw corrupt(`${quote(file.name)} does not unpack to what was stated`, cause);
  }
}
