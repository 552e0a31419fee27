/**
 * Writes the files that are made from the code: `npm run schema`. With `--check` nothing is written, and the exit
 * code is 1 when a file is not what the code says.
 */
import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import manifest from '../package.json' with { type: 'json' };
import { fixJsonSchema, reportJsonSchema } from '../src/report/json-schema.ts';
import { configSchema } from '../src/run/config/config-file.ts';
import { actionTables, replaceSection } from './action-tables.ts';
import { rulesSection } from './rules-section.ts';

interface Generated {
  /** Relative to the repository. */
  readonly path: string;
  /** What the file should hold, told from what it holds now (empty when it is not there). */
  readonly make: (current: string) => string;
}

const GENERATED: readonly Generated[] = [
  { path: 'schema/report.schema.json', make: () => json(reportJsonSchema()) },
  { path: 'schema/fix.schema.json', make: () => json(fixJsonSchema()) },
  { path: 'schema/config.schema.json', make: () => json(z.toJSONSchema(configSchema)) },
  { path: 'src/run/version.ts', make: current => current.replace(/'[^']+'/, `'${manifest.version}'`) },
  { path: 'README.md', make: readme },
];

/** The README with its tables, examples and help as the code has them now. */
function readme(current: string): string {
  const { inputs, outputs } = actionTables(textOf('action.yml'));
  const examples = [...current.matchAll(/<!-- example (\S+) -->/g)].map(([, path = '']) => path);
  const withExamples = examples.reduce(
    (text, path) => replaceSection(text, `example ${path}`, `\n\`\`\`yaml\n${textOf(path).trim()}\n\`\`\`\n`),
    current,
  );
  const sections: readonly (readonly [name: string, text: string])[] = [
    ['inputs', inputs],
    ['outputs', outputs],
    ['rules', rulesSection()],
  ];
  return sections.reduce((text, [name, made]) => replaceSection(text, name, `\n${made}\n`), withExamples);
}

function textOf(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function currentText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}

const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');
for (const { path, make } of GENERATED) {
  const current = await currentText(`${root}${path}`);
  const wanted = make(current);
  if (wanted === current) continue;
  if (check) {
    console.error(`${path} is not up to date: run npm run schema.`);
    process.exitCode = 1;
  } else {
    await mkdir(dirname(`${root}${path}`), { recursive: true });
    await writeFile(`${root}${path}`, wanted);
    console.log(`wrote ${path}`);
  }
}
