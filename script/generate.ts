/**
 * Writes the files that are made from the code: `npm run generate`. With `--check` nothing is written, and the exit
 * code is 1 when a file is not what the code says.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Document } from './documents/document.ts';
import { RULE_FILES } from './documents/rule-files.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');

async function currentText(path: string): Promise<string> {
  try {
    return await readFile(`${root}${path}`, 'utf8');
  } catch {
    return '';
  }
}

/** Pages of rules that are no more. */
async function strayPages(folder: string, pages: readonly Document[]): Promise<readonly string[]> {
  const made = new Set(pages.map(({ path }) => path));
  const present = await readdir(`${root}${folder}`).catch(() => []);
  return present.map(name => `${folder}/${name}`).filter(path => !made.has(path));
}

/** Says that a file is not as the code has it, or mends it. */
async function settle(path: string, mend: () => Promise<void>): Promise<void> {
  if (check) {
    console.error(`${path} is not up to date: run npm run generate.`);
    process.exitCode = 1;
  } else {
    await mend();
    console.log(`wrote ${path}`);
  }
}

async function write({ path, make }: Document): Promise<void> {
  const current = await currentText(path);
  const wanted = make(current);
  if (wanted === current) return;
  await settle(path, async () => {
    await mkdir(dirname(`${root}${path}`), { recursive: true });
    await writeFile(`${root}${path}`, wanted);
  });
}

await write(RULE_FILES);
// A list that names a file which is no more cannot be loaded, so nothing else can be checked.
if (process.exitCode === 1) process.exit();
const { DOCUMENTS } = await import('./documents/documents.ts');
const { RULE_PAGES } = await import('./documents/rule-pages.ts');
const { RULE_PAGES_FOLDER } = await import('../src/findings/rule-address.ts');
for (const document of DOCUMENTS) await write(document);
for (const path of await strayPages(RULE_PAGES_FOLDER, RULE_PAGES)) {
  await settle(path, () => rm(`${root}${path}`));
}
