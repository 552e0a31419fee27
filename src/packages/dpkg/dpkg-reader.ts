import { isByteCount, isListOf, isRecord, isString } from '../../layer/json-value.ts';
import type { PackageRelations } from '../installed-package.ts';
import {
  type FoundPackage,
  type PackageReader,
  PLAIN,
  readField,
  readItems,
  readName,
  textField,
} from '../package-reader.ts';
import { DIVERSIONS, dpkgCollector, EXTENDED_STATES, INFO, STATUS, STATUS_D } from './dpkg-collector.ts';

/** What dpkg keeps for a package in `info/`. */
const KINDS = [
  'list',
  'md5sums',
  'conffiles',
  'preinst',
  'postinst',
  'prerm',
  'postrm',
  'triggers',
  'shlibs',
  'symbols',
  'config',
  'templates',
] as const;

interface Diversion {
  readonly from: string;
  readonly to: string;
  readonly by: string;
}

export const dpkgReader: PackageReader = {
  type: 'deb',
  collector: dpkgCollector,
  databases: new Map([[STATUS, 'could not be read']]),

  read(values) {
    const lists = new Map<string, string>();
    const automatic = new Set<string>();
    const diversions = new Map<string, Diversion>();
    for (const { path, value } of values) {
      if (isString(value)) lists.set(path, value);
      else if (path === EXTENDED_STATES && isListOf(value, isString))
        for (const qualified of value) addAutomatic(qualified, automatic);
      else if (path === DIVERSIONS && isListOf(value, isDiversion)) {
        for (const diversion of value) diversions.set(diversion.from, diversion);
      }
    }
    const found: FoundPackage[] = [];
    for (const { path, value } of values) {
      if (path === EXTENDED_STATES || path === DIVERSIONS) continue;
      for (const stanza of readItems(value)) {
        const known = describe(stanza, path, automatic);
        if (known !== null)
          found.push({ ...known, files: filesOf(known, lists), rename: renameFor(known.name, diversions) });
      }
    }
    return found;
  },
};

/** apt knows packages for all architectures by the one of the machine. */
function addAutomatic(qualified: string, automatic: Set<string>): void {
  automatic.add(qualified);
  automatic.add(`${qualified.slice(0, qualified.lastIndexOf(':'))}:all`);
}

function describe(stanza: unknown, path: string, automatic: ReadonlySet<string>): FoundPackage | null {
  const name = readName(textField(stanza, 'name'));
  const version = readName(textField(stanza, 'version'));
  if (name === null || version === null) return null;
  const architecture = readName(textField(stanza, 'architecture'));
  const relations: PackageRelations = {
    section: textField(stanza, 'section'),
    priority: textField(stanza, 'priority'),
    isEssential: textField(stanza, 'essential') === 'yes',
    isAutomatic: automatic.has(`${name}:${architecture ?? ''}`),
    preDepends: textField(stanza, 'preDepends'),
    depends: textField(stanza, 'depends'),
    recommends: textField(stanza, 'recommends'),
    provides: textField(stanza, 'provides'),
  };
  const length = readField(stanza, 'length');
  return {
    ...PLAIN,
    type: 'deb',
    name,
    version,
    architecture,
    path,
    source: null,
    relations,
    directories: generatedFiles(name, architecture).directories ?? [],
    // In status.d the file is one of its own.
    recordBytes: path === STATUS && isByteCount(length) ? length : 0,
  };
}

/** The list of the package, which is its own alone, and the files that dpkg keeps about it. */
function filesOf(known: FoundPackage, lists: Map<string, string>): string[] {
  const { name, architecture, path } = known;
  if (path.startsWith(STATUS_D)) {
    const checksums = `${path}.md5sums`;
    return [take(lists, checksums), `${path}\n${checksums}`];
  }
  // Packages that several architectures may have at once are listed with theirs.
  const qualified = `${INFO}${name}:${architecture ?? ''}`;
  const stem = lists.has(`${qualified}.list`) ? qualified : INFO + name;
  const kept = KINDS.map(kind => `${stem}.${kind}`);
  const generated = generatedFiles(name, architecture).files ?? [];
  return [take(lists, `${stem}.list`), [...kept, ...generated].join('\n')];
}

/** However often a hostile status file repeats a package, its list is walked once. */
function take(lists: Map<string, string>, path: string): string {
  const list = lists.get(path) ?? '';
  lists.delete(path);
  return list;
}

/** A diversion moves the files of all packages but the one that made it. */
function renameFor(
  name: string,
  diversions: ReadonlyMap<string, Diversion>,
): ((path: string) => string) | null {
  if (diversions.size === 0) return null;
  return path => {
    const diversion = diversions.get(path);
    return diversion === undefined || diversion.by === name ? path : diversion.to;
  };
}

function isDiversion(value: unknown): value is Diversion {
  return isRecord(value) && isString(value['from']) && isString(value['to']) && isString(value['by']);
}

/** What a package's maintainer scripts and triggers make on the machine it is installed on: in no list. Clean paths. */
interface GeneratedFiles {
  readonly files?: readonly string[];
  /** Whole directories, where nobody but the package makes files. */
  readonly directories?: readonly string[];
}

/**
 * Of Debian's packages and those of its derivatives, the ones that make files worth counting.
 * Source: their postinst scripts, and what really installing and not installing them leaves (Debian 12).
 */
const GENERATED: Readonly<Record<string, GeneratedFiles>> = {
  'adwaita-icon-theme': { files: ['usr/share/icons/Adwaita/icon-theme.cache'] },
  'ca-certificates': { files: ['etc/ssl/certs/ca-certificates.crt', 'etc/ca-certificates.conf'] },
  'ca-certificates-java': { files: ['etc/ssl/certs/java/cacerts'] },
  'desktop-file-utils': { files: ['usr/share/applications/mimeinfo.cache'] },
  'exim4-config': { directories: ['var/lib/exim4'] },
  fontconfig: { directories: ['var/cache/fontconfig'] },
  'hicolor-icon-theme': { files: ['usr/share/icons/hicolor/icon-theme.cache'] },
  'libglib2.0-0': { files: ['usr/share/glib-2.0/schemas/gschemas.compiled'] },
  'libglib2.0-0t64': { files: ['usr/share/glib-2.0/schemas/gschemas.compiled'] },
  locales: { files: ['usr/lib/locale/locale-archive'] },
  'man-db': { directories: ['var/cache/man'] },
  'shared-mime-info': { directories: ['usr/share/mime'] },
  'tex-common': { directories: ['var/lib/texmf'] },
  udev: { files: ['usr/lib/udev/hwdb.bin', 'etc/udev/hwdb.bin'] },
};

const NOTHING: GeneratedFiles = {};
/** Java runtimes prepare an archive of their classes when they are installed. */
const JAVA = /^openjdk-(\d{1,3})-jre-headless$/;

/** @param architecture as dpkg writes it */
function generatedFiles(name: string, architecture: string | null): GeneratedFiles {
  const java = JAVA.exec(name)?.[1];
  if (java !== undefined) {
    const server = `usr/lib/jvm/java-${java}-openjdk-${architecture ?? ''}/lib/server`;
    return { files: [`${server}/classes.jsa`, `${server}/classes_nocoops.jsa`] };
  }
  return Object.hasOwn(GENERATED, name) ? (GENERATED[name] ?? NOTHING) : NOTHING;
}
