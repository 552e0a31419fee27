import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { isTemporary } from '../../compare/known-path.ts';
import { isLeftover, leftoversIn } from '../../package-managers/leftovers.ts';
import type { Leftover } from '../../package-managers/package-manager.ts';
import { memoize } from '../memoize.ts';
import { filesByKind, type RuleContext } from '../rule-context.ts';

/** What a file is that an image can do without, where its path alone tells. */
export type LeftoverKind =
  | 'package-manager-leftovers'
  | 'documentation'
  | 'locales'
  | 'log-files'
  | 'sparse-logs'
  | 'python-bytecode'
  | 'object-files'
  | 'build-cache'
  | 'git-directory';

/** The own files that are leftovers of a kind by all of their names. */
export function findLeftovers(context: RuleContext, kind: LeftoverKind): readonly VisibleFile[] {
  return leftovers(context).get(kind) ?? [];
}

/** The directory that makes the file a leftover of the kind: `app/node_modules/.cache`; null where its own name does. */
export function findLeftoverRoot(path: string, kind: LeftoverKind): string | null {
  const directory = path.slice(0, path.lastIndexOf('/') + 1);
  for (const each of PLACES) {
    const found = each.kind === kind ? each.pattern.exec(directory) : null;
    if (found !== null) return directory.slice(0, found.index + found[0].length).replace(/\/$/, '');
  }
  return null;
}

/** One pass over the files finds all kinds. */
const leftovers = memoize(({ ownFiles }: RuleContext) => {
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
  place('log-files', '^var/log/'),
  place('git-directory', '(?:^|/)\\.git/'),
  place('documentation', '^(?:usr|usr/local|opt/[^/]+)/share/(?:man|doc|doc-base|info|gtk-doc|help|ri)/'),
  place('documentation', '^usr/local/man/|^var/cache/man/'),
  place('documentation', '/(?:gems/\\d[^/]*|bundle|bundle/ruby/\\d[^/]*)/doc/'),
  place('locales', '^(?:usr|usr/local|opt/[^/]+)/share/(?:locale|i18n)/'),
  place('locales', '^usr/lib/locale/'),
  // What Next.js compiles with; its fetch cache is read when it runs.
  place('build-cache', '(?:^|/)\\.next/cache/(?!fetch-cache/|images/)'),
  // Browsers and engines that programs are run with lie there as well.
  place(
    'build-cache',
    '(?:^|/)node_modules/\\.cache/(?!(?:puppeteer|ms-playwright|prisma|Cypress|cypress|electron|selenium)/)',
  ),
  place('build-cache', '(?:^|/)node_modules/\\.vite/'),
  place('build-cache', '(?:^|/)(?:\\.nx/cache|\\.turbo|\\.parcel-cache|\\.angular/cache|\\.rpt2_cache)/'),
  // What CMake, autotools, cargo and node-gyp make on their way.
  place('object-files', '(?:^|/)(?:CMakeFiles|autom4te\\.cache|obj\\.target)/'),
  place(
    'object-files',
    '(?:^|/)target/(?:[^/]+/)?(?:debug|release)/(?:deps|build|incremental|\\.fingerprint)/',
  ),
];

/** Toolchains have object files of their own here, such as crt1.o; programs for the kernel's BPF are loaded as such. */
const INSTALLED_OBJECTS = /(?:^|\/)(?:lib(?:32|64|x32|exec)?|share|(?=[^/]*\/)[^/]*bpf[^/]*)\//;

const LOGIN_LOG = /^var\/log\/(?:lastlog|faillog)$/;

function place(kind: LeftoverKind, pattern: string): LeftoverPlace {
  return { kind, pattern: new RegExp(pattern) };
}

/**
 * What paths are by their names; null where the name tells nothing. Remembers directories, as images have a
 * hundred thousand files in some thousands of them. Temporary files are none of its business.
 */
class LeftoverKinds {
  readonly #directories = new Map<string, Directory>();

  kindOf(path: string): LeftoverKind | null {
    const slash = path.lastIndexOf('/') + 1;
    const directory = path.slice(0, slash);
    const { kind, leftovers } = this.#knownDirectory(directory);
    if (leftovers.length > 0 && isLeftover(path.slice(slash), leftovers)) return 'package-manager-leftovers';
    if (kind === null) return fileKind(path, directory);
    if (kind === 'log-files') return LOGIN_LOG.test(path) ? 'sparse-logs' : kind;
    // The licence has to come along: dpkg's path-exclude of slim images leaves it, too.
    return kind === 'documentation' && path.endsWith('/copyright') ? null : kind;
  }

  #knownDirectory(path: string): Directory {
    const known = this.#directories.get(path);
    if (known !== undefined) return known;
    const kind = PLACES.find(({ pattern }) => pattern.test(path))?.kind ?? null;
    const directory = { kind, leftovers: leftoversIn(path) };
    this.#directories.set(path, directory);
    return directory;
  }
}

interface Directory {
  /** What its files are, whatever they are called. */
  readonly kind: LeftoverKind | null;
  /** What package managers leave there. */
  readonly leftovers: readonly Leftover[];
}

function fileKind(path: string, directory: string): LeftoverKind | null {
  if (path.endsWith('.pyc')) return 'python-bytecode';
  // Not `.obj`: on Linux that is a model of three dimensions.
  return /\.l?o$/.test(path) && !INSTALLED_OBJECTS.test(directory) ? 'object-files' : null;
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
