import { rm } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { corpusNames, readCorpusCase } from '../support/corpus/corpus-case.ts';
import { corpusFolder } from '../support/corpus/corpus-folder.ts';
import { weighCase } from '../support/corpus/corpus-run.ts';
import { caseLines, type TriedCase, totalLines } from '../support/corpus/corpus-table.ts';
import { judge } from '../support/corpus/judgement.ts';
import { dockerEnv, STORES } from '../support/e2e/engines.ts';
import { times } from '../support/long.ts';

const [, CONTAINERD] = STORES;
const CASES = corpusNames()
  .map(readCorpusCase)
  .filter(({ daily }) => daily || times(0, 1) === 1);

describe.skipIf(CONTAINERD[1] === undefined)('Dockerfiles as people write them', () => {
  const tried: TriedCase[] = [];
  const folders: string[] = [];
  afterAll(async () => {
    console.log([...tried.flatMap(caseLines), ...totalLines(tried)].join('\n'));
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  it.each(CASES)('$name', async each => {
    const folder = await corpusFolder(each.name);
    folders.push(folder);
    const judgement = judge(each, (await weighCase(each, folder, dockerEnv(CONTAINERD[1]))).findings);
    tried.push({ each, judgement });
    const { missed, bytesOff, unjudged } = judgement;
    expect(unjudged).toEqual([]);
    expect(missed.filter(({ gap }) => gap === undefined)).toEqual([]);
    expect(bytesOff.filter(({ expected: { gap } }) => gap === undefined)).toEqual([]);
  });
});
