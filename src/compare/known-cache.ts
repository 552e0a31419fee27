/** A package manager's cache, by where it is. */
export type CacheKind =
  | 'apt-lists'
  | 'apt-archives'
  | 'apt-cache'
  | 'apk-cache'
  | 'dnf-cache'
  | 'zypper-cache'
  | 'pacman-cache'
  | 'pip-cache'
  | 'uv-cache'
  | 'poetry-cache'
  | 'npm-cache'
  | 'yarn-cache'
  | 'pnpm-store'
  | 'bun-cache'
  | 'go-cache'
  | 'cargo-cache'
  | 'maven-repository'
  | 'gradle-cache'
  | 'gem-cache'
  | 'composer-cache'
  | 'nuget-cache'
  | 'conda-packages';

interface CacheDirectory {
  readonly kind: CacheKind;
  readonly name: string;
  /** Matches the whole directory with the slash that ends it. */
  readonly pattern: RegExp;
}

/** The home directory, the application's or any other place a tool's cache is put: at most four levels down. */
const ANYWHERE = '(?:[^/]+/){0,4}';

/** @param parent with its last slash */
function cache(kind: CacheKind, parent: string, ...names: readonly string[]): readonly CacheDirectory[] {
  const pattern = new RegExp(`^${parent}[^/]+/$`);
  return names.map(name => ({ kind, name, pattern }));
}

/** Directories that only their package manager reads: what is inside is of no interest. Sources: the tools' manuals. */
const DIRECTORIES: readonly CacheDirectory[] = [
  ...cache('apt-lists', 'var/lib/apt/', 'lists'),
  ...cache('apt-archives', 'var/cache/apt/', 'archives'),
  ...cache('apt-cache', 'var/cache/', 'apt'),
  ...cache('apk-cache', 'var/cache/', 'apk'),
  ...cache('apk-cache', '(?:etc/apk|lib/apk/db)/', 'cache'),
  ...cache('dnf-cache', 'var/cache/', 'dnf', 'yum', 'tdnf', 'libdnf5'),
  ...cache('zypper-cache', 'var/cache/', 'zypp'),
  ...cache('pacman-cache', 'var/cache/', 'pacman'),
  ...cache('pip-cache', `${ANYWHERE}\\.cache/`, 'pip'),
  ...cache('uv-cache', `${ANYWHERE}\\.cache/`, 'uv'),
  // Beside them are the environments, which programs run in.
  ...cache('poetry-cache', `${ANYWHERE}\\.cache/pypoetry/`, 'cache', 'artifacts'),
  ...cache('npm-cache', `${ANYWHERE}\\.npm/`, '_cacache', '_logs', '_npx'),
  ...cache('yarn-cache', `${ANYWHERE}\\.cache/`, 'yarn'),
  ...cache('yarn-cache', `${ANYWHERE}\\.yarn(?:/berry)?/`, 'cache'),
  ...cache('yarn-cache', ANYWHERE, '.yarn-cache'),
  ...cache('pnpm-store', `${ANYWHERE}pnpm/`, 'store'),
  ...cache('pnpm-store', `${ANYWHERE}\\.cache/`, 'pnpm'),
  ...cache('pnpm-store', ANYWHERE, '.pnpm-store'),
  ...cache('bun-cache', `${ANYWHERE}\\.bun/install/`, 'cache'),
  ...cache('go-cache', `${ANYWHERE}\\.cache/`, 'go-build'),
  ...cache('go-cache', `${ANYWHERE}go/pkg/`, 'mod', 'sumdb'),
  ...cache('cargo-cache', `${ANYWHERE}(?:\\.cargo|usr/local/cargo)/`, 'registry', 'git'),
  ...cache('maven-repository', `${ANYWHERE}\\.m2/`, 'repository'),
  ...cache('gradle-cache', `${ANYWHERE}\\.gradle/`, 'caches'),
  ...cache('gradle-cache', `${ANYWHERE}\\.gradle/wrapper/`, 'dists'),
  // GEM_HOME, as RubyGems, Debian, Bundler and the image ruby have it: `/usr/local/lib/ruby/gems/3.3.0/cache`.
  ...cache('gem-cache', '(?:usr/local/bundle|(?:[^/]+/){0,6}(?:gems|ruby)/\\d[^/]*)/', 'cache'),
  ...cache('gem-cache', `${ANYWHERE}\\.bundle/`, 'cache'),
  ...cache('gem-cache', `${ANYWHERE}\\.cache/`, 'gem'),
  ...cache('composer-cache', `${ANYWHERE}\\.composer/`, 'cache'),
  ...cache('composer-cache', `${ANYWHERE}\\.cache/`, 'composer'),
  ...cache('nuget-cache', `${ANYWHERE}\\.nuget/`, 'packages'),
  ...cache('nuget-cache', `${ANYWHERE}\\.local/share/`, 'NuGet'),
  ...cache(
    'conda-packages',
    `${ANYWHERE}\\.?(?:(?:mini|ana)?conda|(?:mini|mamba)forge|(?:micro)?mamba)\\d?/`,
    'pkgs',
  ),
];

/** None of them is deeper. */
const MOST_LEVELS = 10;

/** Hardly any directory of an image has to be matched against a pattern. */
const BY_NAME: ReadonlyMap<string, readonly CacheDirectory[]> = Map.groupBy(DIRECTORIES, ({ name }) => name);

export interface KnownCache {
  readonly kind: CacheKind;
  /** Ends in a slash. */
  readonly path: string;
}

/** The innermost cache that a directory (ending in a slash) is, or is in; null where it is in none. */
export function cacheOf(directory: string): KnownCache | null {
  let innermost: KnownCache | null = null;
  let start = 0;
  for (let level = 0; level < MOST_LEVELS; level += 1) {
    const slash = directory.indexOf('/', start);
    if (slash < 0) break;
    const known = BY_NAME.get(directory.slice(start, slash));
    start = slash + 1;
    if (known === undefined) continue;
    const path = directory.slice(0, start);
    const match = known.find(({ pattern }) => pattern.test(path));
    if (match !== undefined) innermost = { kind: match.kind, path };
  }
  return innermost;
}

/** Whether the directory (ending in a slash) is a cache that says more by its own name than by what is inside. */
export function isCacheDirectory(path: string): boolean {
  return cacheOf(path)?.path === path;
}

/** The cache that a file is in, without its last slash; null where it is in none. */
export function cacheDirectoryOf(path: string): string | null {
  return cacheOf(path.slice(0, path.lastIndexOf('/') + 1))?.path.slice(0, -1) ?? null;
}
