import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_STEP_SUMMARY_BYTES, writeSummary } from '../../src/github/summary.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deadweight-summary-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the job summary', () => {
  it('is appended to what is there, a line of its own', async () => {
    const path = join(folder, 'append.md');
    expect(await writeSummary(path, '# one')).toBeNull();
    expect(await writeSummary(path, '# two\n')).toBeNull();
    expect(await readFile(path, 'utf8')).toBe('# one\n# two\n');
  });

  it('is not written beyond the limit, counted in bytes with what is there', async () => {
    const path = join(folder, 'full.md');
    await writeFile(path, 'x'.repeat(MAX_STEP_SUMMARY_BYTES - 7));
    expect(await writeSummary(path, 'é'.repeat(4))).toMatchObject({ code: 'summary-not-written' });
    expect(await writeSummary(path, 'é'.repeat(3))).toBeNull();
    expect(await readFile(path)).toHaveLength(MAX_STEP_SUMMARY_BYTES);
  });

  it.each([undefined, ''])('is a notice without a path (%s)', async path => {
    expect(await writeSummary(path, '# one')).toMatchObject({ code: 'summary-not-written' });
  });

  it('is a notice when the file cannot be written', async () => {
    expect(await writeSummary(join(folder, 'none/summary.md'), '# one')).toMatchObject({
      code: 'summary-not-written',
      message: expect.stringContaining('ENOENT'),
    });
    expect(await writeSummary(folder, '# one')).toMatchObject({ message: expect.stringContaining('EISDIR') });
  });
});
