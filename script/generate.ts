/**
 * Writes the files that are made from the code: `npm run schema`. With `--check` nothing is written, and the exit
 * code is 1 when a file is not what the code says.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportJsonSchema } from '../src/report/json-schema.ts';

interface Generated {
  /** Relative to the repository. */
  readonly path: string;
  /** What the file should hold, told from what it holds now (empty when it is not there). */
  readonly make: (current: string) => string;
}

const GENERATED: readonly Generated[] = [
  { path: 'schema/report.schema.json', make: () => json(reportJsonSchema()) },
];

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
