import { beforeAll, describe, expect, it } from 'vitest';
import { lazy } from '../../src/base/lazy.ts';
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

/** With something in every view. */
const fullPage = lazy(() => {
  const full = fabricatedInput(patchedSpec());
  return pageFile({
    ...full,
    report: { ...full.report, trend: trendReport(40).trend, build: trendReport(1).build },
  });
});

describe.each(LOOKS)('at $width pixels, $theme', look => {
  let files: readonly string[];
  beforeAll(async () => {
    files = await Promise.all([
      fullPage(),
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

describe('on a phone', () => {
  it('words of the figures are whole, however long the names of the images are', async () => {
    const full = fabricatedInput(patchedSpec());
    const { image } = full.report;
    const reference = `docker-daemon:${'a'.repeat(90)}`;
    const file = await pageFile({ ...full, report: { ...full.report, image: { ...image, reference } } });
    await withPage(file, { width: 400 }, async page => {
      const heads = page.locator('.figures tbody th');
      const heights = await heads.evaluateAll(all => all.map(each => each.clientHeight));
      expect(heights.length).toBeGreaterThan(3);
      expect(Math.max(...heights)).toBeLessThan(60);
    });
  });
});

describe('the figures on a phone', () => {
  it('have the base, and are not cut', async () => {
    await withPage(await fullPage(), { width: 400 }, async page => {
      const figures = page.locator('.figures');
      expect(await figures.evaluate(box => box.scrollWidth - box.clientWidth)).toBe(0);
      const cells = figures.locator('tbody tr').first().locator('td');
      const boxes = await cells.evaluateAll(all => all.map(each => each.getBoundingClientRect().right));
      expect(boxes).toHaveLength(4);
      expect(Math.min(...boxes)).toBeGreaterThan(0);
      expect(Math.max(...boxes)).toBeLessThanOrEqual(400);
      expect(await figures.locator('tbody tr').nth(1).locator('[colspan]').count()).toBe(1);
    });
  });
});

describe('at 2000 pixels', () => {
  it('every view is as wide as the window, and its lines are no longer than they can be read', async () => {
    await withPage(await fullPage(), { width: 2000 }, async page => {
      for (const view of VIEW_IDS) {
        await page.evaluate(`location.hash = 'view=${view}&fixes=0.1'`);
        await page.locator('main > *').waitFor();
        expect.soft(await page.evaluate('document.documentElement.scrollWidth')).toBe(2000);
        const width = await page.evaluate("document.querySelector('main').clientWidth");
        expect.soft(width).toBeLessThanOrEqual(1600);
      }
    });
  });
});

/** Texts that a box of their own cuts off, to a reader of paper for good. */
const CUT_OFF = `[...document.querySelectorAll('body *')].filter(each => {
  const hides = getComputedStyle(each).overflowX !== 'visible' && !each.matches('.unseen');
  return hides && each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1;
}).map(each => each.className + ': ' + each.textContent.slice(0, 80))`;

describe('on paper', () => {
  it('every view is there whole, dark on light, without what is to be clicked', async () => {
    await withPage(await fullPage(), { width: 760, theme: 'dark' }, async page => {
      await page.emulateMedia({ media: 'print' });
      for (const view of VIEW_IDS) {
        await page.evaluate(`location.hash = 'view=${view}&fixes=0.1'`);
        await page.locator('main > section').waitFor();
        expect.soft({ view, cut: await page.evaluate(CUT_OFF) }).toEqual({ view, cut: [] });
        expect.soft(await page.evaluate('document.documentElement.scrollWidth')).toBe(760);
        expect(await page.locator('.tabs, .filters, .tools').filter({ visible: true }).count()).toBe(0);
        expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
          'rgb(255, 255, 255)',
        );
        const shown = await page.locator('main').innerText();
        if (view !== 'compare') expect(shown.length).toBeGreaterThan(40);
      }
    });
  });

  it('can be read by everybody', async () => {
    await withoutPolicy(await fullPage(), { width: 760, theme: 'dark' }, async page => {
      await page.emulateMedia({ media: 'print' });
      await page.evaluate("location.hash = 'view=waste'");
      await page.locator('main > section').waitFor();
      expect(await accessibilityViolations(page)).toEqual([]);
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
