import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { withPage } from '../support/page/opened-page.ts';
import { fabricatedInput, pageFile } from '../support/page/page-file.ts';

async function legend(page: Page): Promise<string> {
  await page.locator('.treemap canvas[aria-label]').waitFor();
  return (await page.locator('.legend').innerText()).replace(/\s+/g, ' ');
}

/** A copy over all of another layer's bytes, and what the baseline had besides. */
const copiedFile = (): Promise<string> =>
  pageFile(
    fabricatedInput({
      layers: [
        { text: 'COPY app /app', line: 2, files: { app: 8_200_000, grown: 1_000_000 } },
        { text: 'RUN chown app /app', line: 3, files: { app: 8_200_000 } },
      ],
      baseline: { layers: [{ text: 'COPY app /app', line: 2, files: { old: 13_400_000, older: 1 } }] },
    }),
  );

describe('the treemap', () => {
  it('names what most bytes of a directory are of', async () => {
    const files = { 'srv/a': 9000, 'srv/b': 10, wiped: 7 };
    const input = fabricatedInput({
      layers: [
        { text: 'COPY a /', line: 2, files },
        { text: 'COPY b /', line: 3, files: { 'srv/b': 20 }, deletes: ['wiped'] },
      ],
    });
    await withPage(await pageFile(input), { fragment: 'view=treemap' }, async page => {
      await legend(page);
      await page.locator('.treemap canvas').focus();
      await page.keyboard.press('ArrowRight');
      expect(await page.locator('.tip').innerText()).toContain('mostly Dockerfile:2');
      await page.evaluate("location.hash = 'view=treemap&show=wasted&layers=0'");
      await page.locator('.treemap canvas[aria-label*="wiped 7 B"]').waitFor();
      await page.locator('.treemap canvas').hover({ position: { x: 1000, y: 200 } });
      expect(await page.locator('.tip').innerText()).toContain('7 B hidden, of Dockerfile:2');
    });
  });

  it('says which paths it has alone, which are chosen among the files', async () => {
    await withPage(await copiedFile(), { fragment: 'view=treemap&show=added' }, async page => {
      const message = page.locator('main p', { hasText: 'Added paths alone.' });
      await message.getByRole('button', { name: 'Show all paths' }).click();
      await message.waitFor({ state: 'detached' });
      expect(new URL(page.url()).hash).not.toContain('show');
    });
  });
});

describe('the legend of the treemap', () => {
  it('has the bytes that each layer shows', async () => {
    await withPage(await copiedFile(), { fragment: 'view=treemap' }, async page => {
      expect(await legend(page)).toBe(
        'Dockerfile:2 1.0 MB Dockerfile:3 8.2 MB hidden by a later layer 8.2 MB',
      );
      await page.locator('.treemap canvas').focus();
      await page.keyboard.press('ArrowRight');
      expect((await page.locator('.tip div').allInnerTexts()).slice(-2)).toEqual([
        '8.2 MB hidden',
        'Dockerfile:3',
      ]);
    });
  });

  it('has what was removed, which has no area, and leads to it', async () => {
    await withPage(await copiedFile(), { fragment: 'view=treemap&color=change' }, async page => {
      expect(await legend(page)).toContain('removed: 2 paths, −13.4 MB');
      await page.getByRole('button', { name: 'removed: 2 paths' }).click();
      await page.locator('main .summary', { hasText: /^2 paths, / }).waitFor();
      await page.goBack();
      await page.evaluate("location.hash += '&layers=0'");
      await page.locator('.legend', { hasText: 'Changes are known by path, over all layers' }).waitFor();
    });
  });

  it.each([400, 1280])(
    'is in view above the drawing, which has the rest of the window, at %i',
    async width => {
      const file = await pageFile(fabricatedInput({ layers: [{ text: 'COPY a /', files: { a: 1 } }] }));
      await withPage(file, { fragment: 'view=treemap', width }, async page => {
        await legend(page);
        const [top = 0, bottom = 0] = await Promise.all(
          ['top', 'bottom'].map(side =>
            page
              .locator('.treemap canvas')
              .evaluate((canvas, name) => Number(canvas.getBoundingClientRect()[name]), side),
          ),
        );
        expect(bottom - top).toBeGreaterThanOrEqual(320);
        if (width > 1000) expect(bottom).toBeLessThanOrEqual(900);
        expect(
          await page.locator('.legend').evaluate(each => each.getBoundingClientRect().bottom),
        ).toBeLessThanOrEqual(top);
      });
    },
  );

  it('says that no path is found', async () => {
    await withPage(await copiedFile(), { fragment: 'view=treemap&text=none' }, async page => {
      await page.getByText('No path matches “none”').waitFor();
      await page.getByRole('button', { name: 'Show all paths' }).click();
      await page.getByText('No path matches').waitFor({ state: 'detached' });
    });
  });
});
