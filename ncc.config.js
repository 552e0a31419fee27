/**
 * What script/bundle.mjs hands to ncc: ncc itself reads no configuration file.
 * An entry is compiled TypeScript (see tsconfig.build.json); its bundle is dist/<output>. One that has a `start` is
 * CommonJS: the start, a file that old versions of Node can parse, stands beside it as it is, and loads it.
 */
export default {
  entries: [
    { input: 'build/action/main.js', output: 'index.js' },
    {
      input: 'build/cli/main.js',
      output: 'cli/main.js',
      start: { input: 'build/cli/index.cjs', output: 'cli/index.js' },
    },
  ],
  /** What loads a bundle that stands beside it, and is no bundle itself. */
  loaders: [{ input: 'build/action/post.js', output: 'post.js' }],
  /** The page that shows a report: script/page-template.ts makes it, without ncc. */
  page: { output: 'page.html' },
  options: {
    cache: false,
    // By terser, below.
    minify: false,
    sourceMap: false,
    target: 'es2024',
    license: 'LICENSES.txt',
    quiet: true,
  },
  /** Names of functions and classes stay: the stack trace of a bug is read by people. */
  minify: {
    module: true,
    ecma: 2020,
    compress: false,
    mangle: { keep_classnames: true, keep_fnames: true },
    format: { max_line_len: 400, comments: false },
  },
};
