import type { PackageManager } from './package-manager.ts';

/** Yarn, for projects of Node. Sources: the documentation of Yarn 1 and 4. Debian calls it yarnpkg. */
export const YARN = {
  id: 'yarn',
  scope: 'project',
  programs: ['yarn', 'yarnpkg'],
  verbs: {
    manifest: ['install'],
    names: ['add', 'global'],
    download: ['upgrade', 'up', 'create', 'dlx'],
    clean: ['cache'],
  },
  bare: 'manifest',
  valued: '--cwd --registry --cache-folder --network-timeout --modules-folder --mutex',
  projectDirectory: 'node_modules',
  manifests: ['package.json', 'yarn.lock'],
  mount: { cache: 'yarn-cache', directories: ['/usr/local/share/.cache/yarn'] },
  offline: { options: ['--offline', '--prefer-offline'], variables: /\bYARN\w*_OFFLINE\b/i },
  development: {
    option: '--production',
    decided: /--prod(?:uction)?\b|NODE_ENV|npm_config_/i,
    install: 'yarn install --production',
    prune: 'yarn install --production',
    later: 'yarn workspaces focus --all --production',
  },
  caches: [
    // Packages that Yarn has downloaded.
    {
      kind: 'yarn-cache',
      finds: 'Packages that Yarn downloads',
      noun: "Yarn's cache",
      usual:
        'As many bytes as the packages that were downloaded: unpacked with Yarn 1, zipped with later ones.',
      whenToIgnore: "Where Yarn runs the program from its cache (Plug'n'Play without `node_modules`).",
      directories: ['~/.cache/yarn', '~/.yarn/cache', '~/.yarn/berry/cache', '~/.yarn-cache'],
      writtenBy: 'downloads',
      remedies: [
        {
          kind: 'clean',
          command: 'cache clean',
          elsewhere: /^--cache-folder(?:=|$)/,
          // Later versions than the first clean only a part of it.
          roots: /(?:^|\/)\.cache\/yarn$/,
        },
        { kind: 'delete' },
      ],
      isRewritten: true,
      // With Plug'n'Play programs run from the cache of later versions.
      inUse: { marker: /(?:^|\/)\.pnp\.(?:c?js|data\.json)$/, files: /\.yarn\/(?:berry\/)?cache\// },
    },
  ],
} as const satisfies PackageManager;
