import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../../src/dockerfile/edit/unified-diff.ts';
import { computedMs } from '../../support/computed.ts';

/** The text that `git apply` makes of the other. */
async function applied(path: string, before: string, diff: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'deadweight-diff-'));
  await mkdir(dirname(join(folder, path)), { recursive: true });
  if (before !== '') await writeFile(join(folder, path), before);
  const args = ['-c', 'core.autocrlf=false', 'apply', '--whitespace=nowarn', '-'];
  const { status, stderr } = spawnSync('git', args, { cwd: folder, input: diff, encoding: 'utf8' });
  expect(status, stderr + diff).toBe(0);
  return readFile(join(folder, path), 'utf8');
}

describe('a unified diff', () => {
  it('is what git and patch write', () => {
    expect(unifiedDiff('a/Dockerfile', '1\n2\n3\n4\n5\n6\n', '1\n2\n3\n4\nfive\n6\n')).toBe(
      '--- a/a/Dockerfile\n+++ b/a/Dockerfile\n@@ -2,5 +2,5 @@\n 2\n 3\n 4\n-5\n+five\n 6\n',
    );
    expect(unifiedDiff('.dockerignore', '', '.git\n')).toBe(
      '--- /dev/null\n+++ b/.dockerignore\n@@ -0,0 +1,1 @@\n+.git\n',
    );
    expect(unifiedDiff('f', 'a\n', 'a\n')).toBe('');
  });

  it.each([
    ['CRLF', 'Dockerfile', 'FROM a\r\nRUN b\r\nRUN c\r\n', 'FROM a\r\nRUN b \\\r\n && c\r\n'],
    ['mixed line ends', 'Dockerfile', 'a\r\nb\nc\r\nd\n', 'a\r\nb \nc \r\nd\n'],
    ['only a line end', 'Dockerfile', 'a\r\nb\n', 'a\nb\r\n'],
    ['no line end at the end', 'Dockerfile', 'a\r\nb', 'a\r\nB'],
    ['a line end that comes', 'Dockerfile', 'a\nb', 'a\nb\nc'],
    ['a line end that goes', 'Dockerfile', 'a\nb\n', 'a'],
    ['a byte order mark', 'Dockerfile', '\uFEFFa\nb\n', '\uFEFFa\nB\n'],
    ['a new file', 'sub/.dockerignore', '', '.git\r\n'],
    ['an odd name', 'a b/"Döcker"\tfile', 'a\n', 'b\n'],
    ['two places', 'Dockerfile', `a\n${'x\n'.repeat(30)}b\n`, `A\n${'x\n'.repeat(30)}B\n`],
    ['all of much', 'Dockerfile', 'a\n'.repeat(3000), `${'b\n'.repeat(3000)}c`],
  ])('with %s is one that git applies', async (_name, path, before, after) => {
    expect(await applied(path, before, unifiedDiff(path, before, after))).toBe(after);
  });

  it('of any texts is one that git applies', async () => {
    const line = fc.constantFrom(
      'a',
      'b',
      'c',
      '',
      '-',
      '+',
      '@@ -1 +1 @@',
      '\\ No newline at end of file',
      '--- x',
    );
    const text = fc
      .array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { minLength: 1, maxLength: 25 })
      .map(lines => lines.flat().join(''));
    const texts = fc.tuple(text, fc.boolean()).map(([each, isEnded]) => (isEnded ? each : `${each}x`));
    await fc.assert(
      fc.asyncProperty(texts, texts, async (before, after) => {
        fc.pre(before !== after);
        expect(await applied('f', before, unifiedDiff('f', before, after))).toBe(after);
      }),
      { numRuns: 60 },
    );
  });

  it('of texts with nothing in common takes no more than seconds', () => {
    const before = computedMs();
    const text = (word: string): string =>
      Array.from({ length: 50_000 }, (_, index) => `${word}${index}\n`).join('');
    expect(unifiedDiff('f', text('a'), text('b'))).toContain('@@ -1,50000 +1,50000 @@');
    expect(computedMs() - before).toBeLessThan(10_000);
  });
});
