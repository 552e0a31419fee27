import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../src/dockerfile/dockerfile.ts';
import { CORPUS, corpusNames, readCorpusCase } from '../support/corpus/corpus-case.ts';
import { judge } from '../support/corpus/judgement.ts';

type Finding = Parameters<typeof judge>[1][number];

function finding(rule: string, startLine: number, bytes: number, severity: Finding['severity'] = 'warning') {
  const location = { file: 'Dockerfile', startLine, endLine: startLine + 2, text: 'RUN' };
  const evidence = { layers: [], paths: [], fileCount: 1, bytes };
  return { rule, severity, location, evidence, saving: null, edits: [] };
}

describe('the corpus', () => {
  it.each(corpusNames())('%s is written as it should be', name => {
    const { good, expected, mustNot, judged } = readCorpusCase(name);
    if (good) expect(expected).toEqual([]);
    const { instructions } = parseDockerfile(readFileSync(join(CORPUS, name, 'Dockerfile'), 'utf8'), name);
    for (const { line } of [...expected, ...mustNot, ...judged]) {
      if (line === null || line === undefined) continue;
      const isThere = instructions.some(each => each.startLine <= line && line <= each.endLine);
      expect(isThere, `an instruction at line ${line}`).toBe(true);
    }
  });
});

describe('what is said of a case', () => {
  const expected = [{ say: 'the cache stays', rules: ['pip-cache'], line: 3, bytes: 20_000_000 }];
  const nothing = { expected: [], mustNot: [], judged: [] };

  it('is found at any line of the instruction, with bytes within one per cent', () => {
    const { found, missed, bytesOff, verdicts } = judge({ ...nothing, expected }, [
      finding('pip-cache', 1, 20_100_000),
    ]);
    expect([found, missed, bytesOff]).toEqual([expected, [], []]);
    expect(verdicts).toEqual({ useful: 1, noise: 0, false: 0 });
  });

  it('is missed where another path of the line is meant', () => {
    const about = expected.map(each => ({ ...each, path: 'root/.cache' }));
    const paths = [{ path: 'root/.cache/pip/', bytes: 20_000_000 }];
    const said = finding('pip-cache', 3, 20_000_000);
    expect(judge({ ...nothing, expected: about }, [said]).missed).toEqual(about);
    const right = { ...said, evidence: { ...said.evidence, paths } };
    expect(judge({ ...nothing, expected: about }, [right]).missed).toEqual([]);
  });

  it('may be said in two parts', () => {
    const parts = [finding('pip-cache', 3, 5_000_000), finding('pip-cache', 3, 15_000_000)];
    expect(judge({ ...nothing, expected }, parts).bytesOff).toEqual([]);
    expect(judge({ ...nothing, expected }, parts.slice(1)).bytesOff).toHaveLength(1);
  });

  it('is missed with another rule or at another line, and is then to be judged', () => {
    const others = [finding('npm-cache', 3, 1), finding('pip-cache', 4, 1)];
    const { missed, unjudged } = judge({ ...nothing, expected }, others);
    expect(missed).toEqual(expected);
    expect(unjudged).toEqual(others);
  });

  it('counts by its verdict; what is no warning needs none', () => {
    const judged = [
      { rule: 'apt-lists', line: 1, verdict: 'noise', why: 'small' },
      { rule: 'npm-cache', line: 9, verdict: 'false', why: 'no npm' },
    ] as const;
    const said = [finding('apt-lists', 1, 9), finding('no-user', 5, 0, 'info')];
    const { unjudged, stale, verdicts } = judge({ ...nothing, judged: [...judged] }, said);
    expect([unjudged, stale]).toEqual([[], [judged[1]]]);
    expect(verdicts).toEqual({ useful: 0, noise: 1, false: 0 });
  });

  it('must not be said', () => {
    const mustNot = [{ say: 'kept on purpose', rules: ['apt-lists'] }];
    expect(judge({ ...nothing, mustNot }, [finding('apt-lists', 7, 1)]).violated).toHaveLength(1);
  });
});
