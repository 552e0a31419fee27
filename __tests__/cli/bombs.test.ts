import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { BombLayout } from '../support/bombs/bomb-layout.ts';
import { BOMBS } from '../support/bombs/bombs.ts';
import { measureInspection } from '../support/bombs/measured-run.ts';
import { folderOf } from '../support/folder.ts';
import { times } from '../support/long.ts';

/** One run is killed after five minutes. */
vi.setConfig({ testTimeout: 600_000 });

const LIMITS_PAGE = join(import.meta.dirname, '../../docs/limits.md');
const isLong = times(0, 1) === 1;

describe('an image that is small on the disk', () => {
  it.each(BOMBS.filter(({ isCheap }) => isLong || isCheap))('$name', async bomb => {
    const cwd = await folderOf();
    await bomb.write(new BombLayout(join(cwd, 'image')));
    const { code, stderr, megabytes, seconds } = await measureInspection('oci:image', cwd);
    expect(stderr).toMatch(bomb.refusal ?? /^$/);
    expect(code).toBe(bomb.refusal === null ? (bomb.code ?? 0) : 4);
    if (bomb.notice !== undefined)
      expect(await readFile(join(cwd, 'report.json'), 'utf8')).toContain(`"code": "${bomb.notice}"`);
    expect(megabytes).toBeLessThan(bomb.megabytes ?? 600);
    expect(seconds).toBeLessThan(30);
  });

  it('has a row in the guide', async () => {
    const page = await readFile(LIMITS_PAGE, 'utf8');
    expect(BOMBS.map(({ name }) => name).filter(name => !page.includes(`| ${name} |`))).toEqual([]);
  });
});
