import type { PackageManager } from './package-manager.ts';

/** Node's package manager. Sources: npm(1), npm-install(1), npm-cache(1), npm-exec(1). */
export const NPM = {
  id: 'npm',
  scope: 'project',
  programs: ['npm'],
  shorthands: { npx: { program: 'npm', verb: 'exec' } },
  verbs: {
    manifest: ['ci', 'clean-install', 'install-clean'],
    add: ['install', 'i', 'in', 'add'],
    download: ['update', 'up', 'exec', 'x', 'init', 'create', 'audit', 'fund'],
    remove: ['uninstall', 'prune'],
    clean: ['cache'],
  },
  installsAnew: ['ci', 'clean-install', 'install-clean'],
  valued:
    '--prefix -C --registry --cache --loglevel --workspace -w --userconfig --omit --include --fetch-retries --fetch-timeout',
  projectDirectory: 'node_modules',
  manifests: ['package.json', 'package-lock.json'],
  mount: { cache: 'npm-cache', directories: ['/root/.npm'] },
  offline: { options: ['--offline', '--prefer-offline'], variables: /\bNPM\w*_OFFLINE\b/i },
  development: {
    option: '--omit=dev',
    decided:
      /--omit\b|--include\b|--production\b|--only\b|--also\b|--save|--dev\b|\s-[DPO]\b|NODE_ENV|npm_config_/i,
    install: 'npm ci --omit=dev',
    prune: 'npm prune --omit=dev',
  },
  caches: [
    // Packages that npm has downloaded; its logs and what npx installs are others.
    {
      kind: 'npm-cache',
      finds: 'Packages that npm downloads',
      noun: "npm's cache",
      usual:
        'About two fifths of what `node_modules` has: 152 MB beside 365 MB, measured on the dependencies of Deadweight itself.',
      whenToIgnore: 'Where the image installs again when it runs, offline.',
      directories: ['~/.npm/_cacache', '~/.npm/_logs', '~/.npm/_npx'],
      writtenBy: 'downloads',
      remedies: [
        {
          kind: 'clean',
          command: 'cache clean --force',
          needsUsualProgram: true,
          elsewhere: /^--cache(?:=|$)/,
        },
        { kind: 'delete' },
      ],
      isRewritten: true,
      files: /\.npm\/_cacache\//,
    },
  ],
} as const satisfies PackageManager;
