import { code, phrase } from '../base/phrase.ts';
import type { CleanRemedy } from './package-cache.ts';
import type { PackageManager } from './package-manager.ts';

const CLEAN: CleanRemedy = {
  kind: 'clean',
  command: 'clean',
  needsUsualProgram: true,
  elsewhere: /Dir::|^(?:-c|--config-file)/,
};

/** Clean path of what `apt-get update` fetches. */
export const APT_LISTS = 'var/lib/apt/lists';
/** Empties them, and leaves the directory, which apt expects. */
export const DELETE_APT_LISTS = `rm -rf /${APT_LISTS}/*`;
/** Clean path of dpkg's database: its status file, and what each package has. */
export const DPKG_DATABASE = 'var/lib/dpkg';
/** Clean path of what debconf knows: the questions of packages, and the answers. */
export const DEBCONF_DATABASE = 'var/cache/debconf';

/** Debian's front ends. Sources: apt-get(8), apt(8), aptitude(8), apt.conf(5). */
export const APT = {
  id: 'apt',
  scope: 'system',
  programs: ['apt-get', 'apt', 'aptitude'],
  companions: [
    { name: 'apt-cache', readsLists: true, writesCaches: true, isFileless: true },
    { name: 'apt-mark', writesCaches: true, changesPackages: true, isFileless: true },
    { name: 'apt-key' },
    { name: 'apt-file', readsLists: true, isFileless: true },
    { name: 'add-apt-repository', readsLists: true },
    { name: 'mk-build-deps', readsLists: true, changesPackages: true, builds: true },
  ],
  verbs: {
    names: ['install', 'reinstall'],
    update: ['update'],
    upgrade: ['upgrade', 'dist-upgrade', 'full-upgrade', 'safe-upgrade'],
    remove: ['remove', 'purge', 'autoremove', 'autopurge'],
    clean: ['clean', 'autoclean', 'distclean'],
  },
  valued: '-o -c -t --option --config-file --target-release --default-release',
  packageFile: '.deb',
  lists: {
    directory: 'var/lib/apt',
    installed: /^(?:var\/(?:lib|log|cache)\/apt\/|var\/lib\/dpkg\/status$)/,
  },
  state: ['var/lib/apt'],
  leftovers: [{ directory: 'var/log/apt', glob: 'var/log/apt/*' }],
  recommends: {
    verbs: ['install'],
    options: {
      'apt-get': '--no-install-recommends',
      apt: '--no-install-recommends',
      aptitude: '--without-recommends',
    },
    decided: /(?:no-install|without)-recommends|install-recommends=|APT::Install-Recommends/i,
  },
  caches: [
    // What `apt-get update` fetches. Its rule looks at later RUNs that need the lists.
    {
      kind: 'apt-lists',
      finds: 'Lists of all available packages, which `apt-get update` fetches',
      noun: 'apt lists',
      usual:
        '19 MB on Debian 12 (measured); more where the distribution has more packages or the image more sources.',
      advice: phrase`end the RUN that fetches them with ${code(DELETE_APT_LISTS)}`,
      directories: [APT_LISTS],
      writtenBy: 'any-command',
      remedies: [{ kind: 'delete', inside: '*' }],
      isRewritten: true,
    },
    // Packages that apt-get has downloaded and installed. Official images of Debian tell it to keep none.
    {
      kind: 'apt-archives',
      finds: 'Packages that apt downloads, where no setting deletes them',
      noun: 'apt archives',
      usual:
        'A bit more than a quarter of what is installed: 27 % over all packages of Debian 12 (measured on its index).',
      whenToIgnore: 'Where the archives are to be installed elsewhere (`--download-only`).',
      directories: ['var/cache/apt/archives'],
      writtenBy: 'any-command',
      remedies: [CLEAN, { kind: 'delete', inside: '*.deb' }],
      // The command takes away the other cache, too: then both have the same fix.
      isRewritten: 'apt-cache',
      wantedBy: /^(?:-(?=\w+$)\w*d|--download-only$)/,
      files: /^var\/cache\/apt\/archives\/[^/]+\.deb$/,
    },
    // What apt has read of its lists, as it needs them. Official images of Debian tell it to keep none.
    {
      kind: 'apt-cache',
      finds: 'The index that apt builds from its lists',
      noun: "apt's cache",
      usual:
        '72 MB on Debian 12 where it is kept at all: `pkgcache.bin` and `srcpkgcache.bin` (measured). Official images of Debian and Ubuntu keep none.',
      directories: ['var/cache/apt'],
      writtenBy: 'any-command',
      remedies: [CLEAN, { kind: 'delete', inside: '*.bin' }],
      isRewritten: true,
      files: /^var\/cache\/apt\/(?:src)?pkgcache\.bin$/,
    },
  ],
} as const satisfies PackageManager;

/** dpkg, which apt installs with. Sources: dpkg(1), dpkg-deb(1), debconf(7), ucf(1). */
export const DPKG = {
  id: 'dpkg',
  scope: 'system',
  programs: ['dpkg', 'dpkg-deb'],
  unpackers: ['dpkg-deb'],
  companions: [{ name: 'dpkg-query', isFileless: true }, { name: 'dpkg-reconfigure' }],
  operations: [
    [/^(?:-i|-x|-X|--install|--unpack|--extract|--vextract)$/, 'files'],
    [/^(?:-r|-P|--remove|--purge)$/, 'remove'],
  ],
  packageFile: '.deb',
  state: [DPKG_DATABASE, DEBCONF_DATABASE, 'var/lib/ucf'],
  leftovers: [
    { directory: 'var/log', names: /^(?:dpkg|alternatives|bootstrap)\.log(?:\.\d+)?$/ },
    { directory: DPKG_DATABASE, names: /-old$/, glob: `${DPKG_DATABASE}/*-old` },
    { directory: DEBCONF_DATABASE, names: /-old$/, glob: `${DEBCONF_DATABASE}/*-old` },
    { directory: 'var/backups', isRead: true },
  ],
} as const satisfies PackageManager;
