import type { PackageManager } from './package-manager.ts';

/** Conda, and those that take its commands. Source: conda's documentation, `conda install` and `conda clean`. */
export const CONDA = {
  id: 'conda',
  scope: 'language',
  programs: ['conda', 'mamba', 'micromamba'],
  verbs: {
    // Without the package that is to go, all others are chosen anew: that downloads as well.
    download: ['install', 'create', 'update', 'upgrade', 'env', 'remove'],
    clean: ['clean'],
  },
  offline: { options: ['--offline'], variables: /\bCONDA\w*_OFFLINE\b/i },
  caches: [
    // Packages that conda has downloaded and unpacked; files that environments have links to stay.
    {
      kind: 'conda-packages',
      finds: 'Archives and unpacked packages of conda, unless an environment links to them',
      noun: "conda's packages",
      usual:
        'As many bytes as the environment, or more: the archives, and packages that no environment links to.',
      whenToIgnore: 'Where environments are made in the image later, without a network.',
      directories: [
        {
          parent: '~/\\.?(?:(?:mini|ana)?conda|(?:mini|mamba)forge|(?:micro)?mamba)\\d?',
          name: 'pkgs',
        },
      ],
      writtenBy: 'downloads',
      remedies: [{ kind: 'clean', command: 'clean -afy' }, { kind: 'delete' }],
      isRewritten: true,
    },
  ],
} as const satisfies PackageManager;
