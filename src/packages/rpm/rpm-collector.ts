import type { Buffer } from 'node:buffer';
import type { FileCollector } from '../../layer/collector.ts';
import type { JsonValue } from '../../layer/layer-scan.ts';
import { asBuffer } from '../../tar/tar-text.ts';
import { nameOf } from '../json-field.ts';
import { PathList } from '../path-list.ts';
import { ReadingLimits } from '../reading-limits.ts';
import { forEachBlob } from './ndb-file.ts';
import { RpmHeader } from './rpm-header.ts';
import { columns, forEachRow } from './sqlite-table.ts';

/** Where distributions keep rpm's database: most, then Fedora and SUSE, then image-based systems. */
export const RPM_DIRECTORIES = ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm'] as const;
export const SQLITE = 'rpmdb.sqlite';
export const NDB = 'Packages.db';

const DATABASES: ReadonlySet<string> = new Set(
  RPM_DIRECTORIES.flatMap(directory => [`${directory}/${SQLITE}`, `${directory}/${NDB}`]),
);

/** Flag of names that a package reserves and does not bring: logs, caches, rpm's database itself. */
const GHOST = 1 << 6;

/** rpm's database in its SQLite form (since rpm 4.16) and in SUSE's form; the older Berkeley DB is not read. */
export const rpmCollector: FileCollector = {
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
      const blob = columns(record)[1];
      if (blob !== undefined) add(blob);
    });
  }
  return found;
}

function packageOf(header: RpmHeader, limits: ReadingLimits): JsonValue | null {
  const name = nameOf(header.text('name'));
  const epoch = header.numbers('epoch')[0];
  const release = header.text('release');
  const upstream = header.text('version');
  const version = nameOf(`${epoch ? `${epoch}:` : ''}${upstream}${release === '' ? '' : `-${release}`}`);
  // Keys that signatures are checked with are kept as packages of this name.
  if (name === null || version === null || name === 'gpg-pubkey') return null;
  return { name, version, architecture: nameOf(header.text('architecture')), files: filesOf(header, limits) };
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
