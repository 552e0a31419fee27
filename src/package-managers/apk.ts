import type { PackageManager } from './package-manager.ts';

/**
 * Alpine's package manager. It looks itself whether its lists are old (apk-tools, `src/database.c`: `cache_max_age`, four hours), and
 * fetches them again. Sources: apk(8), apk-cache(5).
 */
export const APK = {
  id: 'apk',
  scope: 'system',
  programs: ['apk'],
  verbs: {
    names: ['add'],
    update: ['update'],
    upgrade: ['upgrade'],
    download: ['fix', 'fetch', 'cache'],
    remove: ['del'],
  },
  valued: '-t --virtual -X --repository -p --root --arch --repositories-file --keys-dir --cache-max-age',
  packageFile: '.apk',
  state: ['lib/apk/db', 'usr/lib/apk/db'],
  // scripts.tar is not a leftover: apk reads it when it removes a package.
  leftovers: [{ directory: 'var/log', names: /^apk\.log(?:\.\d+)?$/ }],
  caches: [
    // The repositories' index, and packages where it was told to keep them. What `apk update` has fetched stays,
    // whatever `apk add` is told.
    {
      kind: 'apk-cache',
      finds: 'The index that apk keeps without `--no-cache`',
      noun: "apk's cache",
      usual:
        'About 2 MB for each `apk update` or `apk add` without `--no-cache`: the index of the repositories.',
      whenToIgnore: 'Where the image installs packages when it runs.',
      directories: ['var/cache/apk', 'etc/apk/cache', 'lib/apk/db/cache'],
      writtenBy: 'downloads',
      remedies: [
        { kind: 'option', option: '--no-cache', takenBy: ['names', 'upgrade'] },
        { kind: 'delete', inside: '*' },
      ],
      isRewritten: true,
    },
  ],
} as const satisfies PackageManager;
