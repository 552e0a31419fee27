/**
 * Weighs the Dockerfiles of examples/corpus, and holds what is said of each against its expert's list:
 *   eval "$(script/lib/e2e-environment.sh)"; node script/corpus.ts [NAME…] [--fix]
 * Prints what is not as it should be, and the corpus in numbers. --fix also makes the fixes, runs the smoke tests, and
 * compares predicted with measured bytes and the original's final filesystem with the fixed one's.
 */
import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { corpusNames, readCorpusCase } from '../__tests__/support/corpus/corpus-case.ts';
import { corpusFolder } from '../__tests__/support/corpus/corpus-folder.ts';
import { fixCase, weighCase } from '../__tests__/support/corpus/corpus-run.ts';
import { caseLines, type TriedCase, totalLines } from '../__tests__/support/corpus/corpus-table.ts';
import { judge } from '../__tests__/support/corpus/judgement.ts';
import { dockerEnv, STORES } from '../__tests__/support/e2e/engines.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { fix: { type: 'boolean' } } });
const [, CONTAINERD] = STORES;
const env = dockerEnv(CONTAINERD[1]);

async function tried(name: string): Promise<TriedCase> {
  const each = readCorpusCase(name);
  const folders = [await corpusFolder(name), ...(values.fix ? [await corpusFolder(name)] : [])];
  try {
    const [original = '', fixed] = folders;
    const judgement = judge(each, (await weighCase(each, original, env)).findings);
    return fixed === undefined
      ? { each, judgement }
      : { each, judgement, fixed: await fixCase(each, [original, fixed], env) };
  } finally {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  }
}

const all: TriedCase[] = [];
for (const name of positionals.length > 0 ? positionals : corpusNames()) {
  try {
    const each = await tried(name);
    all.push(each);
    console.log(caseLines(each).join('\n'));
  } catch (error) {
    console.log(`${name}: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
console.log(`\n${totalLines(all).join('\n')}`);
