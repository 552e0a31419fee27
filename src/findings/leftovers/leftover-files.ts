import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { fact } from '../fact.ts';
import { filesByKind, type RuleContext } from '../rule-context.ts';

/** What a file is that an image is no better for, where its path alone tells. */
export type LeftoverKind =
  | 'package-manager-leftovers'
  | 'documentation'
  | 'locales'
  | 'log-files'
  | 'sparse-logs'
  | 'python-bytecode'
  | 'object-files'
  | 'git-directory';

/** Of the own files, those that are of a kind by all of their names. */
export function leftoversOf(context: RuleContext, kind: LeftoverKind): readonly VisibleFile[] {
  return leftovers(context).get(kind) ?? [];
}

/** All kinds are told in one pass over the files. */
const leftovers = fact(({ ownFiles }: RuleContext) => {
  const known = new LeftoverKinds();
  return filesByKind(ownFiles, path => (isTemporary(path) ? null : known.kindOf(path)));
});

interface LeftoverPlace {
  readonly kind: LeftoverKind;
  /** Matches from the start of a path to the slash that ends the directory. */
  readonly pattern: RegExp;
}

/** What is in these needs no more than its place to be known. The first match counts. */
const PLACES: readonly LeftoverPlace[] = [
  // Histories are read by `yum history` and `dnf history` alone; apt's folder has logs, var/backups old states.
  place('package-manager-leftovers', '^var/(?:log/(?:apt|zypp)|backups|lib/yum/(?:history|yumdb))/'),
  place('log-files', '^var/log/'),
  place('git-directory', '(?:^|/)\\.git/'),
  place('documentation', '^(?:usr|usr/local|opt/[^/]+)/share/(?:man|doc|doc-base|info|gtk-doc|help|ri)/'),
  place('documentation', '^usr/local/man/|^var/cache/man/'),
  place('documentation', '/(?:gems/\\d[^/]*|bundle|bundle/ruby/\\d[^/]*)/doc/'),
  place('locales', '^(?:usr|usr/local|opt/[^/]+)/share/(?:locale|i18n)/'),
  place('locales', '^usr/lib/locale/'),
  // What CMake, autotools, cargo and node-gyp make on their way.
  place('object-files', '(?:^|/)(?:CMakeFiles|autom4te\\.cache|obj\\.target)/'),
  place(
    'object-files',
    '(?:^|/)target/(?:[^/]+/)?(?:debug|release)/(?:deps|build|incremental|\\.fingerprint)/',
  ),
];

/** Toolchains have object files of their own here, such as crt1.o; programs for the kernel's BPF are loaded as such. */
const INSTALLED_OBJECTS = /(?:^|\/)(?:lib(?:32|64|x32|exec)?|share|[^/]*bpf[^/]*)\//;

const PACKAGE_LOG =
  /^var\/log\/(?:dpkg|alternatives|bootstrap|yum|dnf5?|dnf\.librepo|dnf\.rpm|hawkey|tdnf|zypper|pacman|apk)\.log(?:\.\d+)?$/;
const PACKAGE_BACKUP = /^var\/(?:cache\/debconf|lib\/dpkg)\/[^/]+-old$/;
const PACKAGE_HISTORY =
  /^(?:var\/lib\/dnf\/history|usr\/lib\/sysimage\/libdnf5\/transaction_history)\.sqlite(?:-shm|-wal)?$/;
const LINKER_CACHE = 'var/cache/ldconfig/aux-cache';
const LOGIN_LOG = /^var\/log\/(?:lastlog|faillog)$/;

function place(kind: LeftoverKind, pattern: string): LeftoverPlace {
  return { kind, pattern: new RegExp(pattern) };
}

/**
 * What paths are by their names; null where the name tells nothing. Remembers directories, as images have a
 * hundred thousand files in some thousands of them. Temporary files are none of its business.
 */
class LeftoverKinds {
  readonly #places = new Map<string, LeftoverKind | null>();

  kindOf(path: string): LeftoverKind | null {
    const slash = path.lastIndexOf('/') + 1;
    const directory = path.slice(0, slash);
    const kind = this.#placeOf(directory);
    if (kind === null) return fileKind(path, directory);
    if (kind === 'log-files') return logKind(path);
    // The licence has to come along: dpkg's path-exclude of slim images leaves it, too.
    return kind === 'documentation' && path.endsWith('/copyright') ? null : kind;
  }

  #placeOf(directory: string): LeftoverKind | null {
    const known = this.#places.get(directory);
    if (known !== undefined) return known;
    const kind = PLACES.find(({ pattern }) => pattern.test(directory))?.kind ?? null;
    this.#places.set(directory, kind);
    return kind;
  }
}

function fileKind(path: string, directory: string): LeftoverKind | null {
  if (path.endsWith('.pyc')) return 'python-bytecode';
  // Not `.obj`: on Linux that is a model of three dimensions.
  if (/\.l?o$/.test(path)) return INSTALLED_OBJECTS.test(directory) ? null : 'object-files';
  const isState = PACKAGE_BACKUP.test(path) || PACKAGE_HISTORY.test(path) || path === LINKER_CACHE;
  return isState ? 'package-manager-leftovers' : null;
}

function logKind(path: string): LeftoverKind {
  if (LOGIN_LOG.test(path)) return 'sparse-logs';
  return PACKAGE_LOG.test(path) ? 'package-manager-leftovers' : 'log-files';
}

const TEMPORARY = ['tmp/', 'var/tmp/', 'usr/tmp/', 'root/tmp/'] as const;

/** Whether it is in a folder for temporary files: whatever else it may be, it has no business in an image. */
export function isTemporary(path: string): boolean {
  return TEMPORARY.some(folder => path.startsWith(folder));
}

/** The entry of the folder for temporary files that holds it: `tmp/build` of `tmp/build/a.o`. */
export function temporaryEntry(path: string): string | null {
  const folder = TEMPORARY.find(each => path.startsWith(each));
  if (folder === undefined) return null;
  const slash = path.indexOf('/', folder.length);
  return slash < 0 ? path : path.slice(0, slash);
}

const MIN_BYTES = 5_000_000;
const MIN_SHARE = 0.1;

/**
 * From here on what came along with packages is worth a word. 690 MB of compilers and libraries on Debian 12 come with
 * 37 MB of documentation and 48 MB of translations: five and six in a hundred, where no slim base leaves them out. Bytes.
 */
export function noticeableBytes({ analysis }: RuleContext): number {
  return Math.max(MIN_BYTES, MIN_SHARE * (analysis.ownSize ?? analysis.size));
}
