import type { PackageManager } from './package-manager.ts';

/** Bun, for projects of JavaScript. Source: Bun's documentation, "bun install" and "Global cache". */
export const BUN = {
  id: 'bun',
  scope: 'project',
  programs: ['bun'],
  shorthands: { bunx: { program: 'bun', verb: 'x' } },
  verbs: {
    manifest: ['ci'],
    add: ['install', 'i'],
    names: ['add'],
    download: ['update', 'create', 'x'],
  },
  valued: '--cwd --registry --cache-dir',
  projectDirectory: 'node_modules',
  manifests: ['package.json', 'bun.lock'],
  mount: { cache: 'bun-cache', directories: ['/root/.bun/install/cache'] },
  caches: [
    // What Bun has downloaded and linked to nowhere.
    {
      kind: 'bun-cache',
      finds: 'Packages that Bun downloads',
      noun: "Bun's cache",
      usual: 'As many bytes as the packages that were downloaded, unpacked: about what `node_modules` has.',
      directories: ['~/.bun/install/cache'],
      writtenBy: 'downloads',
      remedies: [{ kind: 'mount' }, { kind: 'delete' }],
      isRewritten: true,
      neededBy: { commands: ['x'] },
    },
  ],
} as const satisfies PackageManager;
