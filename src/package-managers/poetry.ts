import type { PackageManager } from './package-manager.ts';

/** Poetry, for projects of Python. Source: Poetry's documentation, "Commands" and `cache-dir`. */
export const POETRY = {
  id: 'poetry',
  scope: 'project',
  programs: ['poetry'],
  verbs: { manifest: ['install', 'sync'], download: ['add', 'update', 'lock', 'self'] },
  valued: '-C --directory --with --without --only -E --extras',
  manifests: ['pyproject.toml', 'poetry.lock'],
  manifestCommand: 'poetry install --no-root',
  mount: { cache: 'poetry-cache', directories: ['/root/.cache/pypoetry'] },
  caches: [
    // What Poetry has downloaded; not the environments beside it, which programs run in.
    {
      kind: 'poetry-cache',
      finds: 'Packages that Poetry downloads, without its environments',
      noun: "Poetry's cache",
      usual:
        'As many bytes as the packages that were downloaded: tens of megabytes, hundreds with scientific ones.',
      directories: ['~/.cache/pypoetry/cache', '~/.cache/pypoetry/artifacts'],
      writtenBy: 'downloads',
      remedies: [{ kind: 'delete' }],
      isRewritten: true,
    },
  ],
} as const satisfies PackageManager;
