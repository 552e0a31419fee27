/** What a path is, where its name alone tells. Renderers have a word for each. */
export type KnownKind =
  | 'apt-lists'
  | 'apt-archives'
  | 'apt-cache'
  | 'apk-cache'
  | 'dnf-cache'
  | 'zypper-cache'
  | 'pacman-cache'
  | 'pip-cache'
  | 'npm-cache'
  | 'yarn-cache'
  | 'pnpm-store'
  | 'go-cache'
  | 'cargo-cache'
  | 'maven-cache'
  | 'gradle-cache'
  | 'gem-cache'
  | 'composer-cache'
  | 'archives'
  | 'temporary-files';

interface KnownDirectory {
  readonly kind: KnownKind;
  /** Matches from the start of a path to the slash that ends the directory. */
  readonly pattern: RegExp;
}

/** The home directory, the application's or any other place a tool's cache is put: at most four levels down. */
const ANYWHERE = '(?:[^/]+/){0,4}';

function directory(kind: KnownKind, pattern: string): KnownDirectory {
  return { kind, pattern: new RegExp(`^${pattern}/`) };
}

/** Directories that only their package manager reads: what is inside is of no interest. The first match counts. */
const CACHES: readonly KnownDirectory[] = [
  directory('apt-lists', 'var/lib/apt/lists'),
  directory('apt-archives', 'var/cache/apt/archives'),
  directory('apt-cache', 'var/cache/apt'),
  directory('apk-cache', '(?:var/cache/apk|etc/apk/cache|lib/apk/db/cache)'),
  directory('dnf-cache', 'var/cache/(?:dnf|yum|libdnf5)'),
  directory('zypper-cache', 'var/cache/zypp'),
  directory('pacman-cache', 'var/cache/pacman'),
  directory('pip-cache', `${ANYWHERE}\\.cache/pip`),
  directory('npm-cache', `${ANYWHERE}\\.npm/(?:_cacache|_logs|_npx)`),
  directory('yarn-cache', `${ANYWHERE}(?:\\.cache/yarn|\\.yarn/cache|\\.yarn-cache)`),
  directory('pnpm-store', `${ANYWHERE}(?:\\.pnpm-store|\\.local/share/pnpm/store|\\.cache/pnpm)`),
  directory('go-cache', `${ANYWHERE}(?:\\.cache/go-build|go/pkg/mod/cache)`),
  directory('cargo-cache', `${ANYWHERE}(?:\\.cargo|usr/local/cargo)/(?:registry|git)`),
  directory('maven-cache', `${ANYWHERE}\\.m2/repository`),
  directory('gradle-cache', `${ANYWHERE}\\.gradle/caches`),
  directory('gem-cache', `(?:usr/local/bundle/cache|${ANYWHERE}\\.bundle/cache)`),
  directory('composer-cache', `${ANYWHERE}(?:\\.composer/cache|\\.cache/composer)`),
];

const ARCHIVE = /\.(?:tar(?:\.(?:gz|xz|bz2|zst|lz4))?|t[gx]z|tbz2?|zip|deb|rpm|apk|whl|7z)$/i;
const TEMPORARY = /^(?:var\/)?tmp\//;

/**
 * What paths are by their names; null where the name tells nothing. Remembers directories, as images have a
 * hundred thousand files in some thousands of them.
 */
export class KnownPaths {
  readonly #caches = new Map<string, KnownKind | null>();

  kindOf(path: string): KnownKind | null {
    const cache = this.#cacheOf(path.slice(0, path.lastIndexOf('/') + 1));
    if (cache !== null) return cache;
    if (ARCHIVE.test(path)) return 'archives';
    return TEMPORARY.test(path) ? 'temporary-files' : null;
  }

  #cacheOf(directory: string): KnownKind | null {
    const known = this.#caches.get(directory);
    if (known !== undefined) return known;
    const kind = CACHES.find(({ pattern }) => pattern.test(directory))?.kind ?? null;
    this.#caches.set(directory, kind);
    return kind;
  }
}

/** Whether the directory (ending in a slash) is a cache that says more by its own name than by what is inside. */
export function isCacheDirectory(path: string): boolean {
  return CACHES.some(({ pattern }) => pattern.exec(path)?.[0] === path);
}

const SHELVES: ReadonlySet<string> = new Set([
  ...['', 'lib/', 'lib64/', 'opt/', 'home/', 'root/', 'srv/'],
  ...['usr/', 'usr/share/', 'usr/lib/', 'usr/lib64/', 'usr/libexec/'],
  ...['usr/local/', 'usr/local/lib/', 'usr/local/lib64/', 'usr/local/share/'],
  ...['var/', 'var/lib/', 'var/cache/'],
]);

/**
 * Whether the directory (ending in a slash; the root is empty) merely holds unrelated things side by side.
 * Source: Filesystem Hierarchy Standard 3.0, and Debian's multiarch directories.
 */
export function isShelf(path: string): boolean {
  return SHELVES.has(path) || /^(?:usr\/)?lib\/[a-z0-9_]+-linux-[a-z0-9]+\/$/.test(path);
}
