import type { Buffer } from 'node:buffer';
import type { FileCollector } from '../../layer/collector.ts';
import type { JsonValue } from '../../layer/json-value.ts';
import { RPM } from '../../package-managers/dnf.ts';
import { asBuffer } from '../../tar/header-field.ts';
import { PathList, ReadingLimits } from '../collected-text.ts';
import { foundInList, type PackageReader, readName } from '../package-reader.ts';
import { RpmHeader } from './rpm-header.ts';
import { forEachRow, recordColumns } from './sqlite-table.ts';

const SQLITE = 'rpmdb.sqlite';
const NDB = 'Packages.db';

const DATABASES: ReadonlySet<string> = new Set(
  RPM.state.flatMap(directory => [`${directory}/${SQLITE}`, `${directory}/${NDB}`]),
);

/** Flag of names that a package reserves and does not bring: logs, caches, rpm's database itself. */
const GHOST = 1 << 6;

/** rpm's database in its SQLite form (since rpm 4.16) and in SUSE's form; the older Berkeley DB is not read. */
const rpmCollector: FileCollector = {
  id: 'rpm',
  version: 1,
  wants: ({ path }) => DATABASES.has(path),
  collect({ path }, content) {
    try {
      return packagesOf(asBuffer(content), path.endsWith(SQLITE));
    } catch {
      // Damaged, hostile or of a version that is not known: the reader says that it was not read.
      return null;
    }
  },
};

function packagesOf(file: Buffer, isSqlite: boolean): JsonValue {
  const limits = new ReadingLimits();
  const found: JsonValue[] = [];
  const add = (blob: Buffer): void => {
    const value = packageOf(new RpmHeader(blob), limits);
    if (value === null) return;
    limits.package();
    found.push(value);
  };
  if (!isSqlite) forEachBlob(file, add);
  else {
    forEachRow(file, 'Packages', record => {
      const blob = recordColumns(record)[1];
      if (blob !== undefined) add(blob);
    });
  }
  return found;
}

function packageOf(header: RpmHeader, limits: ReadingLimits): JsonValue | null {
  const name = readName(header.text('name'));
  const epoch = header.numbers('epoch')[0];
  const release = header.text('release');
  const upstream = header.text('version');
  const version = readName(`${epoch ? `${epoch}:` : ''}${upstream}${release === '' ? '' : `-${release}`}`);
  // Keys that signatures are checked with are kept as packages of this name.
  if (name === null || version === null || name === 'gpg-pubkey') return null;
  return {
    name,
    version,
    architecture: readName(header.text('architecture')),
    files: filesOf(header, limits),
  };
}

function filesOf(header: RpmHeader, limits: ReadingLimits): string {
  const directories = header.texts('directoryNames');
  const indexes = header.numbers('directoryIndexes');
  const flags = header.numbers('fileFlags');
  const files = new PathList(limits);
  for (const [at, name] of header.texts('baseNames').entries()) {
    const directory = directories[indexes[at] ?? -1];
    const isGhost = ((flags[at] ?? 0) & GHOST) !== 0;
    if (directory !== undefined && !isGhost) files.add(directory + name);
  }
  return files.toString();
}

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
 * @throws RangeError when the bytes are not such a database
 */
function forEachBlob(file: Buffer, visit: (blob: Buffer) => void): void {
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

export const rpmReader: PackageReader = {
  type: 'rpm',
  collector: rpmCollector,
  databases: new Map(
    RPM.state.flatMap(directory => [
      [`${directory}/${SQLITE}`, 'could not be read'],
      [`${directory}/${NDB}`, 'could not be read'],
      [`${directory}/Packages`, 'is a Berkeley DB, which is not read'],
      [`${directory}/${SQLITE}-wal`, 'is a journal of changes, which is not read'],
    ]),
  ),
  read: values => values.flatMap(value => foundInList('rpm', value)),
};
