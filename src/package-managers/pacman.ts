import type { PackageManager } from './package-manager.ts';

/** Arch's package manager: what a command does is in one option, `-Syu`. Source: pacman(8). */
export const PACMAN = {
  id: 'pacman',
  scope: 'system',
  programs: ['pacman'],
  operations: [
    // -Sc cleans; -Ss, -Si, -Sg and -Sl tell something.
    [/^-S(?=[a-z]+$)(?![a-z]*[scigl])[a-z]*u/, 'upgrade'],
    [/^-S(?![a-z]*[scigl])[a-z]*$/, 'names'],
    [/^-U/, 'files'],
    [/^-R[a-z]*$/, 'remove'],
  ],
  refine: (action, { verb, names }) =>
    action === 'names' && names.length === 0 && verb.includes('y') ? 'update' : action,
  packageFile: '.pkg.tar.zst',
  lists: {
    directory: 'var/lib/pacman',
    installed: /^var\/lib\/pacman\/local\//,
    // `-Syu` does both; only `-Su` reads those that are there.
    upgradeUpdates: true,
  },
  state: ['var/lib/pacman'],
  leftovers: [{ directory: 'var/log', names: /^pacman\.log(?:\.\d+)?$/ }],
  caches: [
    // Packages that were installed. `pacman -Scc` asks first, and its answer to itself with `--noconfirm` is no.
    {
      kind: 'pacman-cache',
      finds: 'Packages that pacman downloads',
      noun: "pacman's cache",
      usual: 'As many bytes as the packages that were downloaded, compressed.',
      directories: ['var/cache/pacman'],
      writtenBy: 'any-command',
      remedies: [{ kind: 'delete', inside: 'pkg/*' }],
      isRewritten: false,
      files: /^var\/cache\/pacman\/pkg\//,
    },
  ],
} as const satisfies PackageManager;
