import { readDecimal, readSeconds, readText } from './header-field.ts';
import { corruptTar } from './tar-error.ts';

/** The records of a PAX header that change an entry. An empty value means "keep the header's own". */
export interface PaxRecords {
  path?: string;
  linkpath?: string;
  size?: number;
  uid?: number;
  gid?: number;
  mtime?: number;
  /** The `GNU.sparse.` records, without that prefix. Repeated `offset` and `numbytes` become one `map`. */
  sparse?: Map<string, string>;
}

const SPARSE = 'GNU.sparse.';

/**
 * Reads `LENGTH KEY=VALUE\n` records.
 * @throws DeadweightError `input-corrupt` when a record is not of that form or a known value makes no sense.
 */
export function readPaxRecords(bytes: Buffer): PaxRecords {
  const records: PaxRecords = {};
  const pairs: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const length =
      space < 0 ? Number.NaN : readDecimal(bytes.toString('latin1', at, Math.min(space, at + 24)));
    const end = at + length;
    const equals = bytes.indexOf(0x3d, space);
    const isWhole = length > 0 && end <= bytes.length && bytes[end - 1] === 0x0a;
    if (!isWhole || equals <= space + 1 || equals >= end - 1) throw corruptTar('a PAX record is malformed');
    const key = bytes.toString('latin1', space + 1, equals);
    applyRecord(records, pairs, key, bytes.subarray(equals + 1, end - 1));
    at = end;
  }
  if (pairs.length > 0) {
    records.sparse ??= new Map();
    records.sparse.set('map', pairs.join(','));
  }
  return records;
}

function applyRecord(records: PaxRecords, pairs: string[], key: string, bytes: Buffer): void {
  if (key.includes('\0')) throw corruptTar('the key of a PAX record has a NUL');
  const isName = key === 'path' || key === 'linkpath';
  if (isName && bytes.includes(0)) throw corruptTar(`the PAX record ${key} has a NUL`);
  if (key.startsWith(SPARSE)) {
    applySparse(records, pairs, key.slice(SPARSE.length), readText(bytes, 0, bytes.length));
    return;
  }
  if (bytes.length === 0) {
    removeRecord(records, key);
    return;
  }
  if (isName) records[key] = readText(bytes, 0, bytes.length);
  else if (key === 'size' || key === 'uid' || key === 'gid') {
    records[key] = numberOf(key, readDecimal(bytes.toString('latin1')));
  } else if (key === 'mtime') records.mtime = numberOf(key, readSeconds(bytes.toString('latin1')));
}

function removeRecord(records: PaxRecords, key: string): void {
  if (
    key === 'path' ||
    key === 'linkpath' ||
    key === 'size' ||
    key === 'uid' ||
    key === 'gid' ||
    key === 'mtime'
  ) {
    delete records[key];
  }
}

function numberOf(key: string, value: number): number {
  if (Number.isNaN(value)) throw corruptTar(`the PAX record ${key} is not a number`);
  return value;
}

/** Version 0.0 repeats `offset` and `numbytes` in turns; the later ones have a `map`. */
function applySparse(records: PaxRecords, pairs: string[], key: string, value: string): void {
  if (key === 'offset' || key === 'numbytes') {
    const isInTurn = (pairs.length % 2 === 0) === (key === 'offset');
    if (!isInTurn || value.includes(',')) throw corruptTar('the sparse map of a PAX header is out of order');
    pairs.push(value);
    return;
  }
  records.sparse ??= new Map();
  records.sparse.set(key, value);
}
