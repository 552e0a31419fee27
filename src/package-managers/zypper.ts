import type { PackageManager } from './package-manager.ts';

/** SUSE's package manager. Source: zypper(8). */
export const ZYPPER = {
  id: 'zypper',
  scope: 'system',
  programs: ['zypper'],
  verbs: {
    names: ['install', 'in'],
    update: ['refresh', 'ref'],
    upgrade: ['update', 'up', 'dist-upgrade', 'dup'],
    remove: ['remove', 'rm'],
    clean: ['clean'],
  },
  fileVerbs: ['addrepo', 'ar'],
  packageFile: '.rpm',
  leftovers: [
    { directory: 'var/log/zypp', glob: 'var/log/zypp/*' },
    { directory: 'var/log', names: /^zypper\.log(?:\.\d+)?$/ },
  ],
  caches: [
    // Metadata of repositories, and packages where they are kept.
    {
      kind: 'zypper-cache',
      finds: 'Metadata and packages that zypper downloads',
      noun: "zypper's cache",
      usual: 'Tens of megabytes: the metadata of the repositories.',
      directories: ['var/cache/zypp'],
      writtenBy: 'any-command',
      remedies: [
        {
          kind: 'clean',
          command: 'clean --all',
          elsewhere: /^(?:-R|--root|--installroot|-[CD]|--[a-z-]*cache-dir)(?:=|$)/,
        },
        { kind: 'delete', inside: '*' },
      ],
      isRewritten: true,
    },
  ],
} as const satisfies PackageManager;
