import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Patch } from '../../src/findings/fix/patch-lines.ts';
import { patchesDiff } from '../../src/page/patches-diff.ts';
import { folderOf } from '../support/folder.ts';
import { times } from '../support/long.ts';

const run = promisify(execFile);
const FILE = 'Dockerfile';

/** A text, patches of it that meet nowhere, and the text with all of them made. */
interface Patched {
  readonly before: string;
  readonly after: string;
  readonly patches: readonly Patch[];
  readonly isText: boolean;
}

const line = fc.constantFrom('RUN a', 'RUN b', 'COPY . .', '', 'RUN c\r');
/** Lines that stay, lines that go (one at least), lines that come. */
const piece = fc
  .tuple(
    fc.array(line, { maxLength: 9 }),
    fc.array(line, { minLength: 1, maxLength: 3 }),
    fc.array(line, { maxLength: 3 }),
  )
  .filter(([, gone, come]) => gone.join('\n') !== come.join('\n') || gone.length !== come.length);

const patched: fc.Arbitrary<Patched> = fc
  .tuple(fc.array(piece, { minLength: 1, maxLength: 4 }), fc.array(line, { maxLength: 5 }), fc.boolean())
  .map(([pieces, rest, isOpen]) => {
    const [before, after, patches]: [string[], string[], Patch[]] = [[], [], []];
    for (const [kept, gone, come] of pieces) {
      before.push(...kept);
      after.push(...kept);
      patches.push({ file: FILE, startLine: before.length + 1, before: gone, after: come });
      before.push(...gone);
      after.push(...come);
    }
    const end = isOpen ? '' : '\n';
    const textOf = (lines: readonly string[]): string =>
      lines.length === 0 ? '' : `${lines.join('\n')}${end}`;
    const texts = [
      [...before, ...rest],
      [...after, ...rest],
    ];
    return {
      before: textOf(texts[0] ?? []),
      after: textOf(texts[1] ?? []),
      patches,
      // An empty last line without a newline is no line.
      isText: !isOpen || texts.every(lines => lines.at(-1) !== ''),
    };
  })
  .filter(({ isText, before, after }) => isText && before !== after);

describe('patches as one diff', () => {
  it('are what git applies', async () => {
    await fc.assert(
      fc.asyncProperty(patched, async ({ before, after, patches }) => {
        const diff = patchesDiff(patches, [{ file: FILE, text: before }]);
        const folder = await folderOf({ [FILE]: before, 'a.diff': diff });
        await run('git', ['apply', '--whitespace=nowarn', 'a.diff'], { cwd: folder });
        expect(await readFile(join(folder, FILE), 'utf8')).toBe(after);
      }),
      { numRuns: times(60) },
    );
  });

  it('have no lines around them where the text is not there or another', () => {
    const patch = { file: FILE, startLine: 2, before: ['RUN a', 'RUN b'], after: ['RUN a && b'] };
    const bare = `--- a/Dockerfile\n+++ b/Dockerfile\n@@ -2,2 +2,1 @@\n-RUN a\n-RUN b\n+RUN a && b\n`;
    expect(patchesDiff([patch], [])).toBe(bare);
    expect(patchesDiff([patch], [{ file: FILE, text: 'FROM x\nRUN a\nRUN z\n' }])).toBe(bare);
    expect(patchesDiff([patch], [{ file: FILE, text: 'FROM x\nRUN a\nRUN b\nCMD c\n' }])).toBe(
      '--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,4 +1,3 @@\n FROM x\n-RUN a\n-RUN b\n+RUN a && b\n CMD c\n',
    );
  });
});
