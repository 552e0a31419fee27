/**
 * The dependency direction of the rooms under src/: a folder imports only folders of a lower rank,
 * and folders of one rank never import each other.
 */
const ranks = [
  ['base'],
  ['oci', 'tar', 'package-managers'],
  ['dockerfile', 'layer'],
  ['image', 'build', 'packages'],
  ['analysis'],
  ['compare', 'savings', 'squash'],
  ['findings', 'budget', 'baseline', 'inventory'],
  ['report'],
  ['github', 'explore', 'trend', 'page'],
  ['run'],
  ['action', 'cli'],
];

const rules = ranks.flatMap((folders, rank) =>
  folders.map(folder => {
    const allowed = [folder, ...ranks.slice(0, rank).flat()];
    return {
      name: `rooms-${folder}`,
      comment: `src/${folder} may import only: ${allowed.join(', ')}`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: '^src/', pathNot: `^src/(${allowed.join('|')})/` },
    };
  }),
);

module.exports = {
  forbidden: [
    ...rules,
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphan-room',
      comment: 'every file lives in a room',
      severity: 'error',
      from: { path: '^src/[^/]+$' },
      to: {},
    },
    {
      name: 'dockerfile-ast-only-in-dockerfile',
      severity: 'error',
      from: { pathNot: '^src/dockerfile/' },
      to: { path: 'dockerfile-ast' },
    },
    {
      name: 'no-dev-dependency',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
