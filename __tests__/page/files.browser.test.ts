import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { HtmlInput } from '../../src/report/html/render-html.ts';
import { patchedSpec } from '../report/patched-report.ts';
import type { LayerSpec } from '../support/fabricate/analysis.ts';
import { withPage } from '../support/page/opened-page.ts';
import { fabricatedInput, pageFile } from '../support/page/page-file.ts';

/** The names of the rows that are drawn, top down. */
function names(page: Page): Promise<string[]> {
  return page.locator('.rows [role=row] .tree-name').allInnerTexts();
}

async function summary(page: Page): Promise<string> {
  return page.locator('main .summary').innerText();
}

/** Files of which each became something else. */
function comparedInput(): HtmlInput {
  const base: LayerSpec = { base: true, files: { 'etc/issue': 40 } };
  return fabricatedInput({
    layers: [
      base,
      { text: 'COPY a /', files: { kept: 10, grown: 300, wiped: 70 } },
      { text: 'RUN make', files: { fresh: 5 }, deletes: ['wiped'] },
    ],
    baseline: { layers: [base, { text: 'COPY a /', files: { kept: 10, grown: 20, gone: 9, wiped: 70 } }] },
  });
}

/** The files that are left by each choice. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  added: ['fresh'],
  removed: ['gone'],
  changed: ['grown'],
  wasted: ['wiped'],
};

describe('the files', () => {
  let file: string;
  beforeAll(async () => {
    file = await pageFile(fabricatedInput(patchedSpec()));
  });

  it('have the sums of the report, the largest first', async () => {
    await withPage(file, { fragment: 'view=files' }, async page => {
      const [root, ...others] = await names(page);
      expect(root).toContain('/');
      const sizes = await page.locator('.rows [role=row] .number.size').allInnerTexts();
      expect(sizes[0]).toBe(await page.locator('.figures tr:nth-child(1) td:nth-child(3)').innerText());
      expect(others.length).toBeGreaterThan(2);
      await page.locator('.tree-head').getByRole('button', { name: 'Name' }).click();
      const sorted = await names(page);
      expect(sorted.slice(1)).toEqual(sorted.slice(1).toSorted());
    });
  });

  it('are filtered by what became of them, and say how many are left', async () => {
    await withPage(file, { fragment: 'view=files' }, async page => {
      const all = await summary(page);
      const wasted = page.locator('.filters').getByRole('button', { name: 'Wasted' });
      await wasted.click();
      expect(await wasted.getAttribute('aria-pressed')).toBe('true');
      // Who uses the keyboard goes on from there.
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Wasted');
      expect(await summary(page)).not.toBe(all);
      expect((await names(page)).join('\n')).toMatch(/deleted/);
      await page.goBack();
      expect(await summary(page)).toBe(all);
    });
  });

  it.each(['Added', 'Removed', 'Changed', 'Wasted'])('that are %s alone', async title => {
    const compared = await pageFile(comparedInput());
    await withPage(compared, { fragment: 'view=files' }, async page => {
      const show = title.toLowerCase();
      await page.locator('.filters').getByRole('button', { name: title, exact: true }).click();
      expect(new URL(page.url()).hash).toContain(`show=${show}`);
      const files = page.locator('.rows [role=row]:not([aria-expanded]) .name');
      expect(await files.allInnerTexts()).toEqual(SHOWN[show]);
      expect(await summary(page)).toMatch(new RegExp(`^${SHOWN[show]?.length} paths?, `));
    });
  });

  it.each([400, 700, 1280])('have figures and layers of any length, whole, at %i pixels', async width => {
    const file = await pageFile(
      fabricatedInput({
        layers: [
          { text: 'COPY a /', line: 113, files: { a: 888_800, wiped: 888_800 } },
          { text: 'RUN rm', line: 114, files: { a: 888_800 }, deletes: ['wiped'] },
        ],
        baseline: { layers: [{ text: 'COPY a /', files: { a: 1 } }] },
      }),
    );
    await withPage(file, { fragment: 'view=files', width }, async page => {
      await page.locator('.rows [role=row]').first().waitFor();
      const cut = await page.evaluate(
        "[...document.querySelectorAll('.rows .number, .rows .wide')].filter(cell => cell.scrollWidth > cell.clientWidth).map(cell => cell.textContent)",
      );
      expect(cut).toEqual([]);
    });
  });

  it('are filtered by text and layer together, and not at all when both are gone', async () => {
    await withPage(await pageFile(comparedInput()), { fragment: 'view=files&layers=1' }, async page => {
      expect(await summary(page)).toMatch(/^3 paths, /);
      await page.getByRole('searchbox').fill('GROWN');
      expect(await summary(page)).toMatch(/^1 path, /);
      expect((await names(page)).join()).toContain('grown');
      await page.getByRole('searchbox').fill('');
      await page.getByRole('button', { name: 'Show all layers' }).click();
      expect(await summary(page)).toMatch(/^6 paths, /);
    });
  });

  it('have changes over all layers alone, and say so where layers are chosen', async () => {
    await withPage(await pageFile(comparedInput()), { fragment: 'view=files' }, async page => {
      const deltas = page.locator('.rows [role=row] [role=gridcell]:nth-child(3)');
      const head = page.locator('.tree-head').getByRole('columnheader', { name: 'Δ' });
      expect(await summary(page)).toContain('+276 B');
      expect((await deltas.allInnerTexts()).join(' ')).toContain('+280 B');
      expect(await head.getAttribute('title')).toBe('');
      await page.evaluate("location.hash = 'view=files&layers=1'");
      await page.locator('.chosen-filter button').waitFor();
      expect(await summary(page)).toBe('3 paths, 380 B, 70 B wasted');
      expect((await deltas.allInnerTexts()).join('')).toBe('');
      expect(await head.getAttribute('title')).toBe('Changes are known by path, over all layers');
    });
  });

  it('say that nothing is found, with a way back to all', async () => {
    const compared = await pageFile(comparedInput());
    await withPage(compared, { fragment: 'view=files&text=/none&layers=1' }, async page => {
      const message = page.locator('main .summary');
      await message.getByText('No path matches “/none”. A / in front is the root').waitFor();
      expect(await page.locator('[role=treegrid]').isVisible()).toBe(false);
      await message.getByRole('button', { name: 'Show all paths' }).click();
      expect(await summary(page)).toMatch(/^6 paths, /);
      expect(await page.getByRole('searchbox').inputValue()).toBe('');
      expect(await page.locator('[role=treegrid]').isVisible()).toBe(true);
    });
  });

  it('are searched from the keyboard', async () => {
    await withPage(file, { fragment: 'view=files' }, async page => {
      await page.locator('main .summary').waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('/usr');
      expect(await page.getByRole('searchbox').inputValue()).toBe('/usr');
    });
  });

  it('are searched, and unfolded to what is found', async () => {
    await withPage(file, { fragment: 'view=files' }, async page => {
      await page.locator('input[type=search]').fill('lists');
      await page.locator('.rows [role=row] .tree-name', { hasText: 'lists' }).first().waitFor();
      expect(await summary(page)).toMatch(/^\d+ paths?, /);
    });
  });

  it('are walked through by the keyboard', async () => {
    await withPage(file, { fragment: 'view=files' }, async page => {
      const focused = page.locator('.rows [role=row]:focus');
      await page.locator('.rows [role=row]').first().focus();
      await page.keyboard.press('ArrowDown');
      expect(await focused.getAttribute('aria-expanded')).toBe('false');
      await page.keyboard.press('ArrowRight');
      expect(await focused.getAttribute('aria-expanded')).toBe('true');
      const level = Number(await focused.getAttribute('aria-level'));
      await page.keyboard.press('ArrowRight');
      expect(await focused.getAttribute('aria-level')).toBe(String(level + 1));
      await page.keyboard.press('ArrowLeft');
      expect(await focused.getAttribute('aria-level')).toBe(String(level));
      await page.keyboard.press('End');
      expect(await focused.getAttribute('aria-rowindex')).toBe(
        await page.locator('[role=treegrid]').getAttribute('aria-rowcount'),
      );
    });
  });

  it('are those of a line that is chosen in the Dockerfile, until all are shown again', async () => {
    await withPage(file, { fragment: 'view=dockerfile' }, async page => {
      const rows = page.locator('main tr.own');
      const size = await rows.nth(1).locator('.size').innerText();
      await rows.nth(1).locator('button').click();
      expect(await rows.nth(1).getAttribute('class')).toContain('chosen');
      await page.locator('.tab', { hasText: 'Files' }).click();
      expect(await page.locator('.rows [role=row] .number.size').first().innerText()).toBe(size);
      await page.getByRole('button', { name: 'Show all layers' }).click();
      expect(await page.locator('.rows [role=row] .number.size').first().innerText()).not.toBe(size);
    });
  });
});
