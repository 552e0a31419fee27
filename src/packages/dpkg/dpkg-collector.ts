import type { FileCollector } from '../../layer/collector.ts';
import type { JsonValue } from '../../layer/json-value.ts';
import { APT, DPKG_DATABASE } from '../../package-managers/apt.ts';
import { decodeText, forEachLine, PathList, ReadingLimits } from '../collected-text.ts';
import { readName } from '../package-reader.ts';

const DATABASE = `${DPKG_DATABASE}/`;
export const STATUS = `${DATABASE}status`;
export const STATUS_D = `${DATABASE}status.d/`;
export const INFO = `${DATABASE}info/`;
export const DIVERSIONS = `${DATABASE}diversions`;
export const EXTENDED_STATES = `${APT.lists.directory}/extended_states`;

/**
 * dpkg's database: the status file, the lists of files, the diversions, and which packages apt installed by itself.
 * Distroless images have a control file and a list of checksums for each package in `status.d` instead.
 * @see https://manpages.debian.org/dpkg.1 and https://github.com/GoogleContainerTools/distroless
 */
export const dpkgCollector: FileCollector = {
  id: 'dpkg',
  version: 2,

  wants({ path }) {
    if (!path.startsWith('var/lib/')) return false;
    if (path.startsWith(INFO)) return path.endsWith('.list');
    return path === STATUS || path.startsWith(STATUS_D) || path === DIVERSIONS || path === EXTENDED_STATES;
  },

  collect({ path }, content) {
    try {
      return collect(path, decodeText(content));
    } catch {
      // Out of all proportion: no database, and the reader says that it was not read.
      return null;
    }
  },
};

function collect(path: string, text: string): JsonValue | null {
  if (path.startsWith(INFO)) return fileList(text);
  if (path === DIVERSIONS) return diversions(text);
  if (path === EXTENDED_STATES) return automaticPackages(text);
  return path.startsWith(STATUS_D) && path.endsWith('.md5sums') ? checksumList(text) : stanzas(text);
}

/** `info/NAME.list`: a path a line. */
function fileList(text: string): string {
  const list = new PathList(new ReadingLimits());
  forEachLine(text, line => list.add(line));
  return list.toString();
}

/** `NAME.md5sums`: 32 digits, two spaces and a path a line. */
function checksumList(text: string): string {
  const list = new PathList(new ReadingLimits());
  forEachLine(text, line => {
    if (/^[0-9a-f]{32} [ *]/i.test(line)) list.add(line.slice(34));
  });
  return list.toString();
}

/** Three lines each: the name, the name it is diverted to, the package that diverted it (`:` for the administrator). */
function diversions(text: string): JsonValue {
  const lines: string[] = [];
  forEachLine(text, line => lines.push(line));
  const found: JsonValue[] = [];
  const limits = new ReadingLimits();
  for (let at = 0; at + 2 < lines.length; at += 3) {
    const [from, to] = [lines[at], lines[at + 1]].map(path => {
      const list = new PathList(limits);
      list.add(path ?? '');
      return list.toString();
    });
    const by = readName(lines[at + 2]);
    if (from && to && by) found.push({ from, to, by });
  }
  return found;
}

const FIELDS: ReadonlySet<string> = new Set([
  'package',
  'version',
  'architecture',
  'status',
  'section',
  'priority',
  'essential',
  'pre-depends',
  'depends',
  'recommends',
  'provides',
]);
/** Relations longer than this are left out. Characters; the longest of Debian are a tenth of it. */
const MAX_RELATION = 64 * 1024;

function stanzas(text: string): JsonValue {
  const found: JsonValue[] = [];
  const limits = new ReadingLimits();
  forEachStanza(text, FIELDS, (stanza, length) => {
    const name = readName(stanza.get('package'));
    const version = readName(stanza.get('version'));
    if (name === null || version === null || !isInstalled(stanza)) return;
    limits.package();
    found.push({
      name,
      version,
      architecture: readName(stanza.get('architecture')),
      length,
      ...optionalField('section', stanza.get('section')),
      ...optionalField('priority', stanza.get('priority')),
      ...optionalField('essential', stanza.get('essential')),
      ...optionalField('preDepends', stanza.get('pre-depends')),
      ...optionalField('depends', stanza.get('depends')),
      ...optionalField('recommends', stanza.get('recommends')),
      ...optionalField('provides', stanza.get('provides')),
    });
  });
  return found;
}

/** Packages that are removed but for their configuration stay in the status file; status.d has no such field. */
function isInstalled(stanza: Stanza): boolean {
  const state = stanza.get('status')?.split(' ').at(-1);
  return state !== 'not-installed' && state !== 'config-files';
}

function optionalField(key: string, value: string | undefined): { readonly [key: string]: string } {
  return value && value.length <= MAX_RELATION ? { [key]: value } : {};
}

const STATE_FIELDS: ReadonlySet<string> = new Set(['package', 'architecture', 'auto-installed']);

/** `NAME:ARCHITECTURE` of each package that apt installed because another asked for it. */
function automaticPackages(text: string): JsonValue {
  const found: string[] = [];
  forEachStanza(text, STATE_FIELDS, stanza => {
    const name = readName(stanza.get('package'));
    if (name === null || stanza.get('auto-installed') !== '1') return;
    found.push(`${name}:${readName(stanza.get('architecture')) ?? ''}`);
  });
  return found;
}

/** The fields of a stanza that were asked for, by their names in lower case. */
type Stanza = ReadonlyMap<string, string>;

/**
 * Reads stanzas of `Field: value` lines, as Debian's control files have them (deb822). Fields that were not asked for,
 * continuation lines and lines of another form are skipped. The first of a repeated field counts.
 * @param fields in lower case
 * @param visit is also told how long the stanza is, all of its lines and the empty one behind it. Characters
 */
function forEachStanza(
  text: string,
  fields: ReadonlySet<string>,
  visit: (stanza: Stanza, length: number) => void,
): void {
  let stanza = new Map<string, string>();
  let length = 0;
  const finish = (): void => {
    if (stanza.size > 0) visit(stanza, length + 1);
    stanza = new Map();
    length = 0;
  };
  forEachLine(text, line => {
    if (line !== '') length += line.length + 1;
    const first = line.charCodeAt(0);
    if (line === '') finish();
    else if (first !== 0x20 && first !== 0x09) addField(stanza, line, fields);
  });
  finish();
}

function addField(stanza: Map<string, string>, line: string, fields: ReadonlySet<string>): void {
  const colon = line.indexOf(':');
  if (colon <= 0 || colon > 64) return;
  const field = line.slice(0, colon).toLowerCase();
  if (fields.has(field) && !stanza.has(field)) stanza.set(field, line.slice(colon + 1).trim());
}
