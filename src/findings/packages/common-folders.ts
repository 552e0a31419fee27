/** Directories that a text may name for any reason, and that files of many packages are in. */
export const COMMON_NAMES: ReadonlySet<string> = new Set(
  'usr bin sbin lib lib32 lib64 libexec local include share src etc opt var run tmp srv home root app cache'.split(
    ' ',
  ),
);

/** Of Debian, for one kind of machine: `x86_64-linux-gnu`. */
const OF_MACHINE = /^[\w-]+-linux-[\w-]+$/;
/** Below `share`, what nearly every package has files in. */
const SHARED: ReadonlySet<string> = new Set(
  'doc man info locale i18n icons applications pkgconfig bash-completion lintian licenses'.split(' '),
);

/** Whether many packages have files in the directory, so that its name says nothing about any of them. */
function isCommonFolder(path: string): boolean {
  const names = path.split('/');
  return names.every(
    (name, index) =>
      COMMON_NAMES.has(name) || OF_MACHINE.test(name) || (names[index - 1] === 'share' && SHARED.has(name)),
  );
}

/** Longer paths are cut: no package has a directory so deep. Names. */
const MAX_NAMES = 64;

/** Paths that something names: files of packages, and directories of theirs. */
export class NamedPaths {
  readonly #paths: ReadonlySet<string>;
  readonly #folders: ReadonlySet<string>;

  /** @param paths clean */
  constructor(paths: Iterable<string>) {
    this.#paths = new Set(paths);
    this.#folders = new Set([...this.#paths].filter(path => path !== '' && !isCommonFolder(path)));
  }

  /** Whether the path is named, or is in a directory that is. At a cost that does not grow with the named paths. */
  has(path: string): boolean {
    if (this.#paths.has(path)) return true;
    if (this.#folders.size === 0) return false;
    let end = path.indexOf('/');
    for (let count = 0; end > 0 && count < MAX_NAMES; count += 1) {
      if (this.#folders.has(path.slice(0, end))) return true;
      end = path.indexOf('/', end + 1);
    }
    return false;
  }
}
