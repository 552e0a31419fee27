/** The page that shows a report: its script and its style in one file, with a place for the data. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { type MinifyOptions, minify } from 'terser';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'src/page');
/** In the order in which rules override each other. */
const STYLES = ['style.css', 'views.css'];
/** Properties that the page alone has: no data and no browser has one of these names, so that they may be shortened. */
export const OWN_PROPERTIES =
  /(?<!ndex)Of$|^(announce|element|hasChildren|is[NORSTW][a-z]+|parents|store|update)$/;
/**
 * No function of the page is called by `new` or knows a `this`, which arrows would change; nobody replaces what browsers define
 * (`unsafe`), and reading a property does nothing else.
 */
const MINIFY: MinifyOptions = {
  ecma: 2022,
  toplevel: true,
  mangle: { properties: { regex: OWN_PROPERTIES, builtins: true } },
  compress: { passes: 6, unsafe: true, unsafe_arrows: true, pure_getters: true },
};

/** The page with all that it is made of, which its own policy names by their hashes: nothing else may run in it. */
export async function pageTemplate(): Promise<string> {
  const [script, style] = [await bundledScript(), await bundledStyle()];
  const parts: Readonly<Record<string, string>> = {
    policy: [
      "default-src 'none'",
      `script-src ${sourceHash(script)}`,
      `style-src ${sourceHash(style)}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; '),
    style,
    script,
  };
  const text = await readFile(join(FOLDER, 'page.html'), 'utf8');
  return text.replace(/<!--(policy|style|script)-->/g, (_, name) => parts[name] ?? '');
}

async function bundledScript(): Promise<string> {
  const build = await rolldown({
    input: join(FOLDER, 'main.ts'),
    logLevel: 'warn',
    // It makes nothing until it is asked: what nobody asks for is left out.
    treeshake: { manualPureFunctions: ['lazy'] },
  });
  const { output } = await build.generate({ format: 'iife', minify: true });
  await build.close();
  if (output.length !== 1) throw new Error('the script of the page is more than one file');
  // A second look finds two hundredths that the first one leaves.
  const { code = '' } = await minify(output[0].code, MINIFY);
  return code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--').trim();
}

async function bundledStyle(): Promise<string> {
  const texts = await Promise.all(STYLES.map(name => readFile(join(FOLDER, name), 'utf8')));
  return texts
    .join('\n')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,>]) ?/g, '$1')
    .replaceAll(': ', ':')
    .replaceAll(';}', '}')
    .replace(/(?<![\d.])0\.(?=\d)/g, '.')
    .trim();
}

/** As the policy of a page names a script or a style. */
function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
