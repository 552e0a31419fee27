import type { PackageManager } from './package-manager.ts';

/** PHP's package manager. Source: Composer's documentation, "Command-line interface" and `cache-dir`. */
export const COMPOSER = {
  id: 'composer',
  scope: 'project',
  programs: ['composer'],
  verbs: {
    manifest: ['install', 'i', 'update', 'u', 'upgrade'],
    names: ['require', 'r', 'global'],
    download: ['create-project', 'outdated'],
    clean: ['clear-cache'],
  },
  valued: '-d --working-dir',
  manifests: ['composer.json', 'composer.lock'],
  manifestCommand: 'composer install --no-scripts --no-autoloader',
  mount: { cache: 'composer-cache', directories: ['/root/.composer/cache'] },
  offline: { variables: /\bCOMPOSER\w*_DISABLE_NETWORK\b/i },
  development: {
    option: '--no-dev',
    decided: /--(?:no-)?dev\b|COMPOSER_NO_DEV/,
    install: 'composer install --no-dev',
    prune: 'composer install --no-dev',
  },
  caches: [
    // What Composer has downloaded.
    {
      kind: 'composer-cache',
      finds: 'Packages that Composer downloads',
      noun: "Composer's cache",
      usual: 'As many bytes as the archives of the packages: some megabytes to tens of megabytes.',
      directories: ['~/.composer/cache', '~/.cache/composer'],
      writtenBy: 'downloads',
      remedies: [{ kind: 'clean', command: 'clear-cache' }, { kind: 'delete' }],
      isRewritten: true,
    },
  ],
} as const satisfies PackageManager;
