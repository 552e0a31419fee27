import { Buffer } from 'node:buffer';
import { BLOCK, paddedSize, type TarKind } from '../../../src/tar/header.ts';

/** An entry to write. Numbers as in TarHeader; what is absent is 0. */
export interface TarEntry {
  readonly path: string;
  readonly kind: Exclude<TarKind, 'other'>;
  /** Bytes of content; only a file has any. */
  readonly size?: number;
  /** 0o755 for a directory and 0o644 for the rest, when absent. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
  readonly linkname?: string;
  /** More PAX records, such as `SCHILY.xattr.security.capability`. */
  readonly records?: Readonly<Record<string, string | Uint8Array>>;
}

const FLAGS: Readonly<Record<TarEntry['kind'], string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};

/** The header blocks of an entry: PAX records, when it needs any, and its own. */
export function encodeHeader(entry: TarEntry): Uint8Array {
  const { path, kind, linkname = '' } = entry;
  const size = kind === 'file' ? (entry.size ?? 0) : 0;
  const records: [string, string | Uint8Array][] = Object.entries(entry.records ?? {});
  const name = splitName(path);
  if (name === null) records.push(['path', path]);
  if (!fits(linkname, 100)) records.push(['linkpath', linkname]);
  const mtime = entry.mtime ?? 0;
  if (!isOctal(mtime, 11)) records.push(['mtime', decimal(mtime)]);
  for (const [key, value, digits] of [
    ['size', size, 11],
    ['uid', entry.uid ?? 0, 7],
    ['gid', entry.gid ?? 0, 7],
  ] as const) {
    if (!isOctal(value, digits)) records.push([key, decimal(value)]);
  }
  const block = encodeBlock(FLAGS[kind], {
    name: name ?? { prefix: '', base: shorten(path) },
    mode: entry.mode ?? (kind === 'directory' ? 0o755 : 0o644),
    uid: entry.uid ?? 0,
    gid: entry.gid ?? 0,
    size,
    mtime,
    linkname: fits(linkname, 100) ? linkname : shorten(linkname),
  });
  return records.length === 0 ? block : Buffer.concat([encodeRecords(records), block]);
}

interface Name {
  readonly prefix: string;
  readonly base: string;
}

interface BlockFields {
  readonly name: Name;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly linkname: string;
}

function encodeBlock(flag: string, fields: BlockFields): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(fields.name.base, 0, 100, 'utf8');
  block.write(octal(fields.mode, 7), 100, 'latin1');
  block.write(octal(fields.uid, 7), 108, 'latin1');
  block.write(octal(fields.gid, 7), 116, 'latin1');
  block.write(octal(fields.size, 11), 124, 'latin1');
  block.write(octal(fields.mtime, 11), 136, 'latin1');
  block.write(flag, 156, 'latin1');
  block.write(fields.linkname, 157, 100, 'utf8');
  block.write('ustar\x0000', 257, 'latin1');
  block.write(fields.name.prefix, 345, 155, 'utf8');
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return block;
}

function encodeRecords(records: readonly (readonly [string, string | Uint8Array])[]): Buffer {
  const sorted = [...records].sort(([a], [b]) => (a < b ? -1 : 1));
  const body = Buffer.concat(sorted.map(([key, value]) => encodeRecord(key, value)));
  const header = encodeBlock('x', {
    name: { prefix: '', base: 'PaxHeaders/entry' },
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: body.length,
    mtime: 0,
    linkname: '',
  });
  return Buffer.concat([header, body], BLOCK + paddedSize(body.length));
}

/** `LENGTH KEY=VALUE\n`, where LENGTH counts itself. */
export function encodeRecord(key: string, value: string | Uint8Array): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

/** The name in 100 bytes, or cut at a slash in 155 and 100; null when it does not fit or is not ASCII. */
function splitName(path: string): Name | null {
  if (fits(path, 100)) return { prefix: '', base: path };
  if (!isAscii(path) || path.length > 256) return null;
  for (let slash = path.lastIndexOf('/', 155); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    const base = path.slice(slash + 1);
    if (base.length > 100) return null;
    if (base !== '') return { prefix: path.slice(0, slash), base };
  }
  return null;
}

function fits(text: string, bytes: number): boolean {
  return text.length <= bytes && isAscii(text);
}

function isAscii(text: string): boolean {
  return /^[\x01-\x7f]*$/.test(text);
}

/** What old readers see of a name that a record gives in full. */
function shorten(text: string): string {
  return text
    .replace(/[^\x01-\x7f]/g, '_')
    .slice(-100)
    .replace(/^\/+/, '');
}

function isOctal(value: number, digits: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 8 ** digits;
}

function octal(value: number, digits: number): string {
  return isOctal(value, digits) ? value.toString(8).padStart(digits, '0') : '0'.repeat(digits);
}

/** Without an exponent; PAX times have nine decimals at most. */
function decimal(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : value.toFixed(9).replace(/0+$/, '');
}
