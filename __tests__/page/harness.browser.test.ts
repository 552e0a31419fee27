import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderOf } from '../support/folder.ts';
import { accessibilityViolations } from '../support/page/accessibility.ts';
import { LONG_TASK, traceTasks } from '../support/page/long-tasks.ts';
import { withoutPolicy, withPage } from '../support/page/opened-page.ts';

/** What nothing looks at would pass any test. */
async function htmlFile(body: string): Promise<string> {
  const folder = await folderOf({ 'page.html': `<!doctype html><title>x</title>${body}`, 'a.css': '' });
  return join(folder, 'page.html');
}

const none = async (): Promise<void> => {};

describe('a page that is opened for a test', () => {
  it('passes when it is silent', async () => {
    await withPage(await htmlFile('<p>hello'), {}, async page => {
      expect(await page.locator('p').innerText()).toBe('hello');
    });
  });

  it.each([
    ['console.log: hello', '<script>console.log("hello")</script>'],
    ['error: broken', '<script>throw new Error("broken")</script>'],
    ['request: file:', '<link rel="stylesheet" href="a.css">'],
    ['request: https://example.invalid/', '<img src="https://example.invalid/" alt="">'],
  ])('fails on %s', async (complaint, body) => {
    const opened = withPage(await htmlFile(body), {}, none);
    await expect(opened).rejects.toThrow(complaint);
  });

  it('shows what cannot be read by everybody', async () => {
    await withoutPolicy(await htmlFile('<main><h1>x</h1><input></main>'), {}, async page => {
      const violations = await accessibilityViolations(page);
      expect(violations.some(violation => violation.startsWith('label at input'))).toBe(true);
    });
  });

  it('shows tasks that take too long', async () => {
    const wait = `const end = performance.now() + ${10 * LONG_TASK}; while (performance.now() < end);`;
    await withPage(await htmlFile('<p>'), {}, async page => {
      const quiet = await traceTasks(page, none);
      expect(quiet.long).toEqual([]);
      const busy = await traceTasks(page, async () => {
        await page.evaluate(`new Promise(done => setTimeout(() => { ${wait} done(); }))`);
      });
      expect(busy.count).toBeGreaterThan(0);
      expect(Math.max(...busy.long)).toBeGreaterThan(LONG_TASK);
    });
  });
});
