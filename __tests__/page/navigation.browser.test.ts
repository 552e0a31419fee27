import { beforeAll, describe, expect, it } from 'vitest';
import { failingSpec } from '../report/reports.ts';
import { withPage } from '../support/page/opened-page.ts';
import { fabricatedInput, pageFile } from '../support/page/page-file.ts';

describe('finding the way through the page', () => {
  let file: string;
  beforeAll(async () => {
    file = await pageFile(fabricatedInput(failingSpec()));
  });

  it('goes from view to view, and back by the button of the browser', async () => {
    await withPage(file, {}, async page => {
      const chosen = page.locator('.tab[aria-current=page]');
      for (const name of ['Files', 'Waste', 'Compare']) {
        await page.locator('.tab', { hasText: name }).click();
        expect(await chosen.innerText()).toBe(name);
      }
      await page.goBack();
      expect(await chosen.innerText()).toBe('Waste');
      await page.reload();
      await page.locator('main .summary').waitFor();
      expect(await chosen.innerText()).toBe('Waste');
    });
  });

  it('zooms into a directory by the keyboard, and out by the path above it', async () => {
    await withPage(file, { fragment: 'view=treemap' }, async page => {
      const canvas = page.locator('.treemap canvas');
      await page.locator('.treemap canvas[aria-label^="/,"]').waitFor();
      await canvas.focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.locator('.treemap canvas[aria-label^="/usr,"]').waitFor();
      expect(new URL(page.url()).hash).toContain('path=usr');
      await page.locator('.crumbs').getByRole('button', { name: '/' }).click();
      await page.locator('.treemap canvas[aria-label^="/,"]').waitFor();
      await page.goBack();
      await page.locator('.treemap canvas[aria-label^="/usr,"]').waitFor();
    });
  });

  it('goes by the arrows to what lies there, and out again to where it was', async () => {
    await withPage(file, { fragment: 'view=treemap' }, async page => {
      const status = page.locator('[role=status].unseen');
      const go = async (key: string): Promise<string> => {
        await page.keyboard.press(key);
        return status.innerText();
      };
      await page.locator('.treemap canvas[aria-label^="/,"]').waitFor();
      await page.locator('.treemap canvas').focus();
      const largest = await go('ArrowLeft');
      expect(largest).toMatch(/^usr, /);
      const beside = await go('ArrowRight');
      expect(beside).not.toBe(largest);
      expect(await page.locator('.tip').innerText()).toContain(`/${beside.split(',')[0]}`);
      expect(await go('ArrowLeft')).toBe(largest);
      expect(await go('ArrowUp')).toBe(largest);
      await page.keyboard.press('Enter');
      await page.locator('.treemap canvas[aria-label^="/usr,"]').waitFor();
      await page.keyboard.press('Escape');
      await page.locator('.treemap canvas[aria-label^="/,"]').waitFor();
      expect(await go('ArrowRight')).toBe(beside);
    });
  });

  it('takes the theme that is chosen over that of the system', async () => {
    await withPage(file, { theme: 'light' }, async page => {
      const paper = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
      const light = await paper();
      const theme = page.locator('button.theme');
      await theme.click();
      expect(await theme.innerText()).toBe('Light');
      expect(await paper()).toBe(light);
      await theme.click();
      expect(await theme.innerText()).toBe('Dark');
      expect(await paper()).not.toBe(light);
    });
  });
});
