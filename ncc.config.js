/**
 * What script/bundle.mjs hands to ncc: ncc itself reads no configuration file.
 * An entry is compiled TypeScript (see tsconfig.build.json); its bundle is dist/<output>.
 */
export default {
  entries: [
    { input: 'build/action/main.js', output: 'index.js' },
    { input: 'build/cli/main.js', output: 'cli/index.js', executable: true },
  ],
  options: {
    cache: false,
    minify: false,
    sourceMap: false,
    target: 'es2024',
    license: '',
    quiet: true,
  },
};
