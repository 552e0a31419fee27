import { findCacheKind } from './cache-directory.ts';
import type { Leftover } from './package-manager.ts';
import { PACKAGE_MANAGERS } from './package-managers.ts';

/** What installing leaves whichever package manager does it: ldconfig is run for it. Source: ldconfig(8). */
const OF_ANY: Leftover = { directory: 'var/cache/ldconfig', names: /^aux-cache$/ };

const LEFTOVERS: readonly Leftover[] = [
  OF_ANY,
  ...PACKAGE_MANAGERS.flatMap(({ leftovers }) => leftovers ?? []),
];

/** What package managers leave in a directory (ending in a slash). */
export function leftoversIn(directory: string): readonly Leftover[] {
  return LEFTOVERS.filter(({ directory: place, names }) =>
    names === undefined ? directory.startsWith(`${place}/`) : directory === `${place}/`,
  );
}

/** Whether a file, by its name, is one of those that may be left in its directory. */
export function isLeftover(name: string, leftovers: readonly Leftover[]): boolean {
  return leftovers.some(({ names }) => names === undefined || names.test(name));
}

/** The leftover that a file is, by its clean path; undefined where it is not one. */
export function findLeftover(path: string): Leftover | undefined {
  const slash = path.lastIndexOf('/') + 1;
  return leftoversIn(path.slice(0, slash)).find(each => isLeftover(path.slice(slash), [each]));
}

const STATE = new RegExp(
  `^(?:${PACKAGE_MANAGERS.flatMap(({ state }) => state ?? []).join('|')}|var/cache/ldconfig|var/log)/`,
);
/** The one file whose directory is not all of a package manager. */
export const LINKER_CACHE = 'etc/ld.so.cache';

/**
 * Whether a package manager rewrites the file whenever it installs something. Of the base image's copy nobody can be
 * advised to leave it alone: whoever installs a package has to write it.
 */
export function isPackageState(path: string): boolean {
  return path === LINKER_CACHE || STATE.test(path);
}

/**
 * What is made anew of all that is installed, or of all users, whenever something is added: what triggers of packages
 * build, and what npm and conda keep of what they did. Sources: deb-triggers(5), update-ca-certificates(8),
 * fc-cache(1), update-mime-database(1), mktexlsr(1), useradd(8).
 */
const INDEXES = new RegExp(
  [
    '^etc/(?:passwd|group|shadow|gshadow|subuid|subgid)-?$',
    '^etc/(?:ssl/certs/ca-certificates\\.crt|pki/ca-trust/extracted/.+)$',
    '^usr/share/(?:mime/[^/]+|info/dir|applications/mimeinfo\\.cache|glib-2\\.0/schemas/gschemas\\.compiled)$',
    '^usr/share/icons/[^/]+/icon-theme\\.cache$',
    '^usr/lib(?:64)?/(?:.+/)?(?:gconv-modules|loaders|immodules|giomodule)\\.cache$',
    '^var/cache/(?:fontconfig|man)/',
    '^var/lib/(?:texmf/.*ls-R.*|systemd/deb-systemd-helper-.+)$',
    '(?:^|/)(?:conda-meta/history|node_modules/\\.package-lock\\.json|ls-R)$',
  ].join('|'),
);

/** Whether the file is written anew whenever something is installed, whoever does it: nobody can do without. */
export function isRewrittenState(path: string): boolean {
  return (isPackageState(path) && findCacheKind(path) === null) || INDEXES.test(path);
}
