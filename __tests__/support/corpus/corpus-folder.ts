import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { CORPUS } from './corpus-case.ts';

/** What is of the corpus, and not of the case's context. */
const OWN = ['case.json', 'context.sh'];

/** A copy of the case's folder with what its `context.sh` makes; the caller removes it. */
export async function corpusFolder(name: string): Promise<string> {
  const from = join(CORPUS, name);
  const folder = await realpath(await mkdtemp(join(tmpdir(), `deadweight-corpus-${name}-`)));
  await cp(from, folder, { recursive: true, filter: path => !OWN.includes(basename(path)) });
  const script = join(from, 'context.sh');
  if (existsSync(script)) await promisify(execFile)('bash', [script, folder]);
  return folder;
}
