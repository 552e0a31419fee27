/** The page that shows a report: its script and its style in one file, with a place for the data. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'src/page');
/** In the order in which rules override each other. */
const STYLES = ['style.css', 'views.css'];
/** Packages that the script has parts of. */
const LICENSED = ['d3-hierarchy'];

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
    licenses: await notices(),
    style,
    script,
  };
  const text = await readFile(join(FOLDER, 'page.html'), 'utf8');
  return text.replace(/<!--(policy|licenses|style|script)-->/g, (_, name) => parts[name] ?? '');
}

async function bundledScript(): Promise<string> {
  const build = await rolldown({ input: join(FOLDER, 'main.ts'), logLevel: 'warn' });
  const { output } = await build.generate({ format: 'iife', minify: true });
  await build.close();
  if (output.length !== 1) throw new Error('the script of the page is more than one file');
  return output[0].code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--').trim();
}

async function bundledStyle(): Promise<string> {
  const texts = await Promise.all(STYLES.map(name => readFile(join(FOLDER, name), 'utf8')));
  return texts
    .join('\n')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replaceAll(': ', ':')
    .replaceAll(';}', '}')
    .trim();
}

async function notices(): Promise<string> {
  const texts = await Promise.all(
    LICENSED.map(async name => {
      const text = await readFile(join(ROOT, 'node_modules', name, 'LICENSE'), 'utf8');
      return `${name}\n${text.trim()}`;
    }),
  );
  return `<!--\n${texts.join('\n\n').replaceAll('--', '- -')}\n-->`;
}

/** As the policy of a page names a script or a style. */
function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
