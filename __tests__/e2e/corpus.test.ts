import { rm } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { corpusNames, readCorpusCase } from '../support/corpus/corpus-case.ts';
import { corpusFolder } from '../support/corpus/corpus-folder.ts';
import { fixCase, weighCase } from '../support/corpus/corpus-run.ts';
import { caseLines, offFixes, type TriedCase, totalLines } from '../support/corpus/corpus-table.ts';
import { judge } from '../support/corpus/judgement.ts';
import { knowingEnv, STORES } from '../support/e2e/engines.ts';
import { times } from '../support/long.ts';

const [, CONTAINERD] = STORES;
/** Fixes are made, built and compared in the long run alone: each takes five builds. */
const IS_FIXED = times(0, 1) === 1;
const CASES = corpusNames()
  .map(readCorpusCase)
  .filter(({ daily }) => daily || IS_FIXED);

describe.skipIf(CONTAINERD[1] === undefined)('Dockerfiles as people write them', () => {
  const tried: TriedCase[] = [];
  const folders: string[] = [];
  afterAll(async () => {
    console.log([...tried.flatMap(caseLines), ...totalLines(tried)].join('\n'));
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  const folderOf = async (name: string): Promise<string> => {
    const folder = await corpusFolder(name);
    folders.push(folder);
    return folder;
  };

  it.each(CASES)('$name', { timeout: 900_000 }, async each => {
    const env = knowingEnv(CONTAINERD[1]);
    const folder = await folderOf(each.name);
    const judgement = judge(each, (await weighCase(each, folder, env)).findings);
    const fixed = IS_FIXED ? await fixCase(each, [folder, await folderOf(each.name)], env) : null;
    tried.push({ each, judgement, fixed });
    const { missed, bytesOff, unjudged } = judgement;
    expect(unjudged).toEqual([]);
    expect(missed.filter(({ gap }) => gap === undefined)).toEqual([]);
    expect(bytesOff.filter(({ expected: { gap } }) => gap === undefined)).toEqual([]);
    if (fixed === null) return;
    expect(offFixes(fixed.report)).toEqual([]);
    expect(fixed.unexplained).toEqual([]);
    if (fixed.smoke !== undefined) expect(fixed.smoke).toEqual({ original: null, fixed: null });
  });
});
