import type { PackageManager } from './package-manager.ts';

/** pnpm, for projects of Node. Sources: pnpm's documentation, "Working with Docker" and `store-dir`. */
export const PNPM = {
  id: 'pnpm',
  scope: 'project',
  programs: ['pnpm'],
  shorthands: { pnpx: { program: 'pnpm', verb: 'dlx' } },
  verbs: {
    manifest: ['ci', 'fetch'],
    add: ['install', 'i'],
    names: ['add'],
    download: ['update', 'up', 'deploy', 'dlx', 'create', 'import', 'exec'],
  },
  valued: '-C --dir --filter -F --registry --store-dir --reporter',
  projectDirectory: 'node_modules',
  manifests: ['package.json', 'pnpm-lock.yaml'],
  mount: { cache: 'pnpm-store', directories: ['/root/.local/share/pnpm/store'] },
  offline: { options: ['--offline', '--prefer-offline'] },
  development: {
    option: '--prod',
    decided: /--prod(?:uction)?\b|--dev\b|\s-[DP]\b|NODE_ENV|npm_config_/i,
    install: 'pnpm install --prod',
    prune: 'pnpm prune --prod',
  },
  caches: [
    // What pnpm has downloaded and linked to nowhere: what node_modules has links to stays.
    {
      kind: 'pnpm-store',
      finds: 'The store of pnpm, without what `node_modules` links to',
      noun: "pnpm's store",
      usual:
        'Next to nothing where `node_modules` links to it, which Deadweight does not count; as many bytes as `node_modules` where the store lies on another file system.',
      directories: ['~/pnpm/store', '~/.cache/pnpm', '~/.pnpm-store'],
      writtenBy: 'downloads',
      remedies: [{ kind: 'mount' }, { kind: 'delete' }],
      isRewritten: true,
      neededBy: { commands: ['dlx'] },
    },
  ],
} as const satisfies PackageManager;
