/**
 * Writes the files that are made from the code: `npm run generate`. With `--check` nothing is written, and the exit
 * code is 1 when a file is not what the code says.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import manifest from '../package.json' with { type: 'json' };
import { ACTION } from './documents/action.ts';
import { CLI } from './documents/cli.ts';
import { CONFIGURATION } from './documents/configuration.ts';
import { type Document, fillSections } from './documents/document.ts';
import { INPUTS } from './documents/inputs.ts';
import { README } from './documents/readme.ts';
import { RULE_PAGES, RULE_PAGES_FOLDER } from './documents/rule-pages.ts';
import { SCHEMAS } from './documents/schemas.ts';

const DOCUMENTS: readonly Document[] = [
  ...SCHEMAS,
  { path: 'src/run/version.ts', make: current => current.replace(/'[^']+'/, `'${manifest.version}'`) },
  ACTION,
  README,
  CLI,
  CONFIGURATION,
  INPUTS,
  ...['docs/forks.md', 'docs/several-images.md'].map(path => ({ path, make: fillWorkflows })),
  ...RULE_PAGES,
];

/** A guide that is written by hand, but for the workflows that it shows. */
function fillWorkflows(current: string): string {
  return fillSections(current, {});
}

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
async function strayPages(): Promise<readonly string[]> {
  const made = new Set(RULE_PAGES.map(({ path }) => path));
  const present = await readdir(`${root}${RULE_PAGES_FOLDER}`).catch(() => []);
  return present.map(name => `${RULE_PAGES_FOLDER}/${name}`).filter(path => !made.has(path));
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

for (const { path, make } of DOCUMENTS) {
  const current = await currentText(path);
  const wanted = make(current);
  if (wanted === current) continue;
  await settle(path, async () => {
    await mkdir(dirname(`${root}${path}`), { recursive: true });
    await writeFile(`${root}${path}`, wanted);
  });
}
for (const path of await strayPages()) await settle(path, () => rm(`${root}${path}`));
