import { beforeAll, describe, expect, it } from 'vitest';
import { hostile } from '../report/hostile-report.ts';
import { patchedSpec } from '../report/patched-report.ts';
import { failingSpec } from '../report/reports.ts';
import { accessibilityViolations } from '../support/page/accessibility.ts';
import { withoutPolicy, withPage } from '../support/page/opened-page.ts';
import { fabricatedInput, pageFile } from '../support/page/page-file.ts';
import { VIEW_IDS } from '../support/page/view-ids.ts';
import { trendReport } from './trend-report.ts';

const THEMES = ['light', 'dark'] as const;
/** CSS pixels: a phone, and a window. */
const WIDTHS = [400, 1280] as const;
const LOOKS = THEMES.flatMap(theme => WIDTHS.map(width => ({ theme, width })));

describe.each(LOOKS)('at $width pixels, $theme', look => {
  let files: readonly string[];
  beforeAll(async () => {
    const full = fabricatedInput(patchedSpec());
    files = await Promise.all([
      pageFile({
        ...full,
        report: { ...full.report, trend: trendReport(40).trend, build: trendReport(1).build },
      }),
      pageFile({ ...fabricatedInput(failingSpec()), report: hostile() }),
    ]);
  });

  it('every view is as wide as the window, and silent, whatever names are', async () => {
    for (const file of files) {
      await withPage(file, look, async page => {
        for (const view of VIEW_IDS) {
          await page.evaluate(`location.hash = 'view=${view}&fixes=0.1'`);
          await page.locator('main > *').waitFor();
          const widest = await page.evaluate('document.documentElement.scrollWidth');
          expect.soft(`${view} ${widest}`).toBe(`${view} ${look.width}`);
          expect(await page.evaluate("document.querySelectorAll('body img, body b').length")).toBe(0);
        }
      });
    }
  });

  it('axe finds nothing in any view', async () => {
    const [file = ''] = files;
    await withoutPolicy(file, look, async page => {
      for (const view of VIEW_IDS) {
        await page.evaluate(`location.hash = 'view=${view}&fixes=0.1'`);
        await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
        expect
          .soft({ view, violations: await accessibilityViolations(page) })
          .toEqual({ view, violations: [] });
      }
    });
  });
});

describe('a keyboard alone', () => {
  it('reaches a view, sorts it, and keeps its place', async () => {
    const input = fabricatedInput(failingSpec());
    await withPage(await pageFile(input), { fragment: 'view=build' }, async page => {
      const focused = (): Promise<unknown> => page.evaluate('document.activeElement.textContent');
      await page.getByRole('navigation').getByRole('button', { name: 'Waste' }).focus();
      await page.keyboard.press('Enter');
      expect(await page.locator('[aria-current=page]').innerText()).toBe('Waste');
      expect(await focused()).toBe('Waste');
      const title = page.getByRole('region', { name: 'Wasted paths' }).getByRole('button', { name: 'Path' });
      await title.focus();
      await page.keyboard.press('Enter');
      expect(await focused()).toBe('Path ↑');
      await page.keyboard.press('Enter');
      expect(await focused()).toBe('Path ↓');
    });
  });
});
