import { CONDA } from './conda.ts';
import type { PackageManager } from './package-manager.ts';
import type { CommandWords, VerbAction } from './verb.ts';

/** Python's package installer. Source: pip's documentation, "pip install" and "Caching". */
export const PIP = {
  id: 'pip',
  scope: 'language',
  programs: ['pip'],
  isVersioned: true,
  verbs: { add: ['install'], download: ['wheel', 'download'], remove: ['uninstall'] },
  valued:
    '-r --requirement -c -i -t --constraint --index-url --extra-index-url --find-links -f --target --prefix --root --platform --cache-dir --trusted-host --timeout --python-version --only-binary --no-binary --proxy --retries',
  refine: whatPipInstalls,
  packageFile: '.whl',
  inPlace: /^(?:-e|--editable(?:=.*)?)$/,
  manifests: ['requirements.txt'],
  mount: { cache: 'pip-cache', directories: ['/root/.cache/pip'] },
  caches: [
    // What pip has downloaded, and wheels that it built.
    {
      kind: 'pip-cache',
      finds: 'Packages that pip downloads, and wheels that it builds',
      noun: "pip's cache",
      usual:
        'As many bytes as the wheels that were downloaded, and those that were built: tens of megabytes, hundreds with scientific packages.',
      directories: ['~/.cache/pip'],
      writtenBy: 'downloads',
      remedies: [
        {
          kind: 'option',
          option: '--no-cache-dir',
          takenBy: ['add', 'download'],
          runners: [
            ...CONDA.programs,
            'pipx',
            'pipenv',
            'poetry',
            'pdm',
            'hatch',
            'tox',
            'nox',
            'make',
            'sh',
            'bash',
          ],
        },
        { kind: 'delete' },
      ],
      isRewritten: true,
    },
  ],
} as const satisfies PackageManager;

/** The project itself is installed from its sources: that is neither of its manifest nor by a name. */
function whatPipInstalls(action: VerbAction, { words, names }: CommandWords): VerbAction | null {
  if (action !== 'add') return action;
  if (names.some(isPath) || words.some(word => word === '-e' || word.startsWith('--editable'))) return null;
  if (words.some(word => /^(?:-r|--requirement)/.test(word))) return 'manifest';
  return names.length > 0 ? 'names' : null;
}

function isPath(name: string): boolean {
  return /^[./~]/.test(name) || /\.(?:whl|zip|tar\.gz)$/.test(name);
}

/** Pipenv, for projects of Python. It installs with pip. Source: Pipenv's documentation. */
export const PIPENV = {
  id: 'pipenv',
  scope: 'project',
  programs: ['pipenv'],
  verbs: { manifest: ['sync'], add: ['install'] },
  valued: '--python',
  manifests: ['Pipfile', 'Pipfile.lock'],
  mount: { cache: 'pip-cache', directories: ['/root/.cache/pip'] },
} as const satisfies PackageManager;
