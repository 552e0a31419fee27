// Bundles the compiled entries into dist/, which is what a runner executes: one self-contained folder.
// With --check nothing is written, and the exit code is 1 when dist/ is not what the code gives.
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import ncc from '@vercel/ncc';
import { minify } from 'terser';
import ts from 'typescript';
import config from '../ncc.config.js';
import { pageTemplate } from './page-template.ts';

const dist = join(import.meta.dirname, '..', 'dist');

/** Stands for the hash of the code. */
const CODE = '@code-of-the-bundle@';

/** Path below dist/ → content. */
const files = new Map();
for (const { input, output, start } of config.entries) {
  const folder = dirname(output);
  const esm = start === undefined;
  const { code, assets } = await ncc(join(dist, '..', input), {
    ...config.options,
    esm,
    filename: basename(output),
  });
  files.set(output, { content: Buffer.from(await minified(code)), mode: 0o644 });
  if (!esm) {
    files.set(start.output, { content: await readFile(join(dist, '..', start.input)), mode: 0o755 });
    const manifest = `${JSON.stringify({ type: 'commonjs' }, null, 2)}\n`;
    files.set(join(folder, 'package.json'), { content: Buffer.from(manifest), mode: 0o644 });
  }
  // What is imported when it is needed (`<number>.index.js`), the notices of third parties, and package.json, which says
  // that a bundle is a module.
  for (const [name, { source }] of Object.entries(assets)) {
    const text = name.endsWith('.js') ? await minified(String(source)) : source;
    files.set(join(folder, name), { content: Buffer.from(text), mode: 0o644 });
  }
}

files.set(config.page.output, { content: Buffer.from(await pageTemplate()), mode: 0o644 });
nameCode();
for (const { input, output } of config.loaders) {
  files.set(output, { content: await readFile(join(dist, '..', input)), mode: 0o644 });
}

if (process.argv.includes('--check')) await check();
else await write();

/** Puts a hash of all that runs in the place of what stands for it (src/run/version.ts). */
function nameCode() {
  const hash = createHash('sha256');
  for (const [path, { content }] of files)
    if (path.endsWith('.js')) hash.update(`${path} ${content.length} `).update(content);
  const name = hash.digest('hex');
  for (const file of files.values()) {
    const text = file.content.toString();
    if (text.includes(CODE)) file.content = Buffer.from(text.replaceAll(CODE, name));
  }
}

async function write() {
  await rm(dist, { recursive: true, force: true });
  for (const [path, { content, mode }] of files) {
    await mkdir(dirname(join(dist, path)), { recursive: true });
    await writeFile(join(dist, path), content);
    await chmod(join(dist, path), mode);
  }
}

async function check() {
  const present = await readdir(dist, { recursive: true, withFileTypes: true }).catch(() => []);
  const stale = present
    .filter(entry => entry.isFile())
    .map(entry => relative(dist, join(entry.parentPath, entry.name)))
    .filter(path => !files.has(path));
  for (const [path, { content }] of files) {
    const current = await readFile(join(dist, path)).catch(() => null);
    if (!current?.equals(content)) stale.push(path);
  }
  if (stale.length === 0) return;
  console.error(`dist/ is not what the code gives (${stale.join(', ')}): run npm run build and commit it.`);
  process.exitCode = 1;
}

/** ncc minifies only the entry, and that into one line, which Node prints whole when it shows where an error is from. */
async function minified(code) {
  const result = await minify(code, config.minify);
  return `${inParentheses(result.code)}\n`;
}

/**
 * The modules' functions in parentheses, as ncc writes them and terser does not: V8 then compiles them at once, where
 * it would parse them, find at the start that they are called, and parse them again.
 */
function inParentheses(code) {
  const source = ts.createSourceFile('bundle.mjs', code, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  const modules = modulesIn(source).sort((one, other) => one.pos - other.pos);
  let [text, at] = ['', 0];
  for (const { end, ...value } of modules) {
    const start = ts.skipTrivia(code, value.pos);
    text += `${code.slice(at, start)}(${code.slice(start, end)})`;
    at = end;
  }
  return text + code.slice(at);
}

/** The functions of modules: values of an object whose keys are numbers, wherever a format of bundles has it. */
function modulesIn(node) {
  if (ts.isObjectLiteralExpression(node)) {
    const modules = node.properties
      .filter(property => ts.isPropertyAssignment(property) && ts.isNumericLiteral(property.name))
      .map(({ initializer }) => initializer)
      .filter(value => ts.isArrowFunction(value) || ts.isFunctionExpression(value));
    if (modules.length > 0 && modules.length === node.properties.length) return modules;
  }
  const found = [];
  ts.forEachChild(node, child => {
    found.push(...modulesIn(child));
  });
  return found;
}
