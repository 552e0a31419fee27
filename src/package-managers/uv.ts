import type { PackageManager } from './package-manager.ts';

/** uv, for Python's packages and projects. Source: uv's documentation, "Commands", "Caching" and "Using uv in Docker". */
export const UV = {
  id: 'uv',
  scope: 'language',
  programs: ['uv'],
  shorthands: { uvx: { program: 'uv', verb: 'tool run' } },
  verbs: { manifest: ['sync'], download: ['pip', 'add', 'run', 'tool', 'build', 'lock', 'venv'] },
  subcommands: { pip: 'pip' },
  valued: '--directory --project --python -p --extra --group --no-group',
  packageFile: '.whl',
  inPlace: /^(?:-e|--editable(?:=.*)?)$/,
  manifests: ['pyproject.toml', 'uv.lock'],
  manifestCommand: 'uv sync --no-install-project',
  mount: { cache: 'uv-cache', directories: ['/root/.cache/uv'] },
  offline: { options: ['--offline'], variables: /\bUV\w*_OFFLINE\b/i },
  caches: [
    // What uv has downloaded and built. It links files of environments to it, and those stay: where it cannot, it
    // copies. `uv run` and `uvx` look there first.
    {
      kind: 'uv-cache',
      finds: 'Packages that uv downloads, unless an environment links to them',
      noun: "uv's cache",
      usual:
        'As many bytes as the packages, unpacked, where they could not be linked into the environment; otherwise next to nothing.',
      directories: ['~/.cache/uv'],
      writtenBy: 'downloads',
      remedies: [{ kind: 'mount' }, { kind: 'delete' }],
      isRewritten: true,
      neededBy: { commands: ['tool run'] },
      missedBy: { commands: 'any' },
    },
  ],
} as const satisfies PackageManager;
