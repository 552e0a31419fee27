import type { PackageManager } from './package-manager.ts';

/**
 * Fedora's and Red Hat's package manager, with its forerunner, its small forms and its successor. It looks itself
 * whether its lists are old (dnf.conf(5), `metadata_expire`), and fetches them again. Sources: dnf(8), dnf5(8), yum(8), microdnf(8).
 */
export const DNF = {
  id: 'dnf',
  scope: 'system',
  programs: ['dnf', 'dnf5', 'yum', 'tdnf', 'microdnf'],
  verbs: {
    names: ['install', 'reinstall', 'groupinstall'],
    files: ['localinstall'],
    upgrade: ['upgrade', 'update'],
    remove: ['remove', 'erase', 'autoremove'],
    clean: ['clean'],
  },
  valued: '-c -x --config --exclude --setopt --enablerepo --disablerepo --repo --releasever --installroot',
  packageFile: '.rpm',
  state: ['var/lib/dnf', 'var/lib/yum', 'usr/lib/sysimage/libdnf5'],
  leftovers: [
    {
      directory: 'var/log',
      names: /^(?:yum|dnf5?|dnf\.librepo|dnf\.rpm|hawkey|tdnf)\.log(?:\.\d+)?$/,
    },
    // Histories are read by `yum history` and `dnf history` alone.
    { directory: 'var/lib/dnf', names: /^history\.sqlite(?:-shm|-wal)?$/, isRead: true },
    {
      directory: 'usr/lib/sysimage/libdnf5',
      names: /^transaction_history\.sqlite(?:-shm|-wal)?$/,
      isRead: true,
    },
    { directory: 'var/lib/yum/history', isRead: true },
    { directory: 'var/lib/yum/yumdb', isRead: true },
  ],
  offline: { options: ['-C', '--cacheonly'] },
  caches: [
    // Metadata of repositories, and packages where they are kept.
    {
      kind: 'dnf-cache',
      finds: 'Metadata and packages that dnf, yum and microdnf download',
      noun: "dnf's cache",
      usual:
        'Tens to hundreds of megabytes: the metadata of the repositories, whatever was installed, and the packages where they are kept.',
      directories: ['var/cache/dnf', 'var/cache/yum', 'var/cache/tdnf', 'var/cache/libdnf5'],
      writtenBy: 'any-command',
      remedies: [
        {
          kind: 'clean',
          command: 'clean all',
          elsewhere: /^(?:-C|--cacheonly|--installroot|--setopt=cachedir|-c|--config)(?:=|$)/,
        },
        { kind: 'delete', inside: '*' },
      ],
      isRewritten: true,
    },
  ],
} as const satisfies PackageManager;

/** rpm, which dnf and zypper install with. Its database: most distributions, Fedora and SUSE, image-based ones. Source: rpm(8). */
export const RPM = {
  id: 'rpm',
  scope: 'system',
  programs: ['rpm'],
  operations: [
    // Of a query or a check the same letters tell what to show: -qi.
    [/^(?:-(?![a-zA-Z]*[qV])(?=[a-zA-Z]*[iUF])[a-zA-Z]+|--install|--upgrade|--freshen)$/, 'files'],
  ],
  packageFile: '.rpm',
  state: ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm'],
} as const satisfies PackageManager;
