/** What a file is that an image is no better for, where its path alone tells. */
export type RemainKind =
  | 'package-manager-leftovers'
  | 'documentation'
  | 'locales'
  | 'log-files'
  | 'sparse-logs'
  | 'python-bytecode'
  | 'object-files'
  | 'git-directory';

interface KnownPlace {
  readonly kind: RemainKind;
  /** Matches from the start of a path to the slash that ends the directory. */
  readonly pattern: RegExp;
}

/** What is in these needs no more than its place to be known. The first match counts. */
const PLACES: readonly KnownPlace[] = [
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

function place(kind: RemainKind, pattern: string): KnownPlace {
  return { kind, pattern: new RegExp(pattern) };
}

/**
 * What paths are by their names; null where the name tells nothing. Remembers directories, as images have a
 * hundred thousand files in some thousands of them. Temporary files are none of its business.
 */
export class RemainKinds {
  readonly #places = new Map<string, RemainKind | null>();

  kindOf(path: string): RemainKind | null {
    const slash = path.lastIndexOf('/') + 1;
    const directory = path.slice(0, slash);
    const kind = this.#placeOf(directory);
    if (kind === null) return fileKind(path, directory);
    if (kind === 'log-files') return logKind(path);
    // The licence has to come along: dpkg's path-exclude of slim images leaves it, too.
    return kind === 'documentation' && path.endsWith('/copyright') ? null : kind;
  }

  #placeOf(directory: string): RemainKind | null {
    const known = this.#places.get(directory);
    if (known !== undefined) return known;
    const kind = PLACES.find(({ pattern }) => pattern.test(directory))?.kind ?? null;
    this.#places.set(directory, kind);
    return kind;
  }
}

function fileKind(path: string, directory: string): RemainKind | null {
  if (path.endsWith('.pyc')) return 'python-bytecode';
  // Not `.obj`: on Linux that is a model of three dimensions.
  if (/\.l?o$/.test(path)) return INSTALLED_OBJECTS.test(directory) ? null : 'object-files';
  const isState = PACKAGE_BACKUP.test(path) || PACKAGE_HISTORY.test(path) || path === LINKER_CACHE;
  return isState ? 'package-manager-leftovers' : null;
}

function logKind(path: string): RemainKind {
  if (LOGIN_LOG.test(path)) return 'sparse-logs';
  return PACKAGE_LOG.test(path) ? 'package-manager-leftovers' : 'log-files';
}
