import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { formatSize, formatSizeDelta } from '../../src/base/number-text.ts';
import { plainText } from '../../src/base/phrase.ts';
import { causeRows } from '../../src/report/cause-rows.ts';
import type { Report } from '../../src/report/report.ts';
import { causeSentence } from '../../src/report/sentences/cause-sentence.ts';
import { findingLine } from '../../src/report/sentences/finding-line.ts';
import { installedSpec } from '../report/installed-report.ts';
import { patchedSpec } from '../report/patched-report.ts';
import { failingSpec } from '../report/reports.ts';
import { withPage } from '../support/page/opened-page.ts';
import { fabricatedInput, pageFile } from '../support/page/page-file.ts';
import { trendReport } from './trend-report.ts';

/** The texts of what is found, one by one, on one line each. */
async function textsOf(found: Locator): Promise<readonly string[]> {
  const texts = await found.allInnerTexts();
  return texts.map(text => text.replace(/\s+/g, ' ').trim());
}

async function state(page: Page): Promise<string> {
  return decodeURIComponent(new URL(page.url()).hash);
}

/** What is said of the fixes that are ticked. */
async function total(page: Page): Promise<string> {
  return await page.locator('.total').innerText();
}

describe('fixes', () => {
  let file: string;
  let report: Report;
  beforeAll(async () => {
    const input = fabricatedInput(patchedSpec());
    ({ report } = input);
    file = await pageFile(input);
  });

  it('have the sentences of the other reports', async () => {
    await withPage(file, { fragment: 'view=fixes' }, async page => {
      const sentences = await textsOf(page.locator('.finding p[id]'));
      expect(sentences).toHaveLength(report.findings.length);
      for (const [index, finding] of report.findings.entries())
        expect(sentences[index]).toContain(plainText(findingLine(finding)));
    });
  });

  it('make the size follow what is ticked, and show the change of the lines', async () => {
    await withPage(file, { fragment: 'view=fixes' }, async page => {
      const total = page.locator('.total');
      expect(await total.innerText()).toContain(formatSize(report.image.size));
      expect(await page.locator('.change .diff').count()).toBe(0);
      const boxes = page.locator('.finding input');
      await boxes.nth(0).check();
      expect(await total.innerText()).toContain('20.4 MB saved (predicted)');
      const diff = page.locator('.change .diff');
      expect(await diff.innerText()).toContain('+    rm -rf /var/lib/apt/lists/*');
      await boxes.nth(1).check();
      expect(await diff.innerText()).toContain(
        '+    rm -rf /usr/share/doc && \\\n+    rm -rf /var/lib/apt/lists/*',
      );
      await page.getByRole('button', { name: 'All that save' }).click();
      const { bytes } = report.savings;
      expect(await total.innerText()).toContain(`${formatSize(bytes)} saved`);
      expect(await total.innerText()).toContain(formatSize(report.image.size - bytes));
      expect(await page.locator('.change').innerText()).toContain(
        'Without a patch, to be made by hand: deleted-later.',
      );
      expect(await state(page)).toContain('fixes=0.1.2.3');
      await page.getByRole('button', { name: 'None' }).click();
      expect(await page.locator('.finding input:checked').count()).toBe(0);
      expect(await state(page)).not.toContain('&fixes');
    });
  });

  it('are proven where all that save are, and without a saving where none does', async () => {
    const [first, , , proven] = report.findings;
    if (first === undefined || proven === undefined) throw new TypeError('there are four findings');
    const none = { ...first, saving: null, rule: 'no-user' };
    const changed = { ...report, findings: [first, proven, none], combinedPatches: [] };
    const other = await pageFile({ ...fabricatedInput(patchedSpec()), report: changed });
    await withPage(other, { fragment: 'view=fixes&fixes=2' }, async page => {
      const total = page.locator('.total');
      expect(await total.innerText()).toContain('1 fix without a saving.');
      expect(await total.innerText()).not.toContain('proven');
      await page.locator('.finding input').nth(1).check();
      expect(await total.innerText()).toContain('2 fixes: 600.0 kB saved (proven by building)');
      await page.locator('.finding input').nth(0).check();
      expect(await total.innerText()).toContain('saved (predicted)');
    });
  });

  it('are told together as the command makes them', async () => {
    const [lists, documents, byHand] = report.findings;
    if (!lists?.saving || !documents?.saving || !byHand?.saving) throw new TypeError('three of them save');
    // Nothing but what all patches save together tells that they share no byte with each other.
    const shared = { ...documents, saving: { ...documents.saving, addedBytes: 0 } };
    const editBytes = lists.saving.bytes + documents.saving.bytes;
    const savings = { bytes: lists.saving.bytes + byHand.saving.bytes, editBytes };
    const findings = [byHand, lists, shared];
    const changed = { ...report, findings, savings, combinedPatches: [] };
    const other = await pageFile({ ...fabricatedInput(patchedSpec()), report: changed });
    await withPage(other, { fragment: 'view=fixes' }, async page => {
      await page.getByRole('button', { name: 'All with a patch' }).click();
      expect(await total(page)).toContain(`${formatSize(editBytes)} saved`);
      expect(await total(page)).not.toContain(' to ');
    });
  });

  it('are copied as one diff', async () => {
    await withPage(file, { fragment: 'view=fixes&fixes=0.1.3' }, async page => {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.getByRole('button', { name: 'Copy' }).click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      const copied = await page.evaluate('navigator.clipboard.readText()');
      expect(copied).toBe(`${await page.locator('.change .diff').innerText()}\n`);
      expect(copied).toContain(
        '--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,8 +1,9 @@\n FROM debian:bookworm\n',
      );
    });
  });

  it('are found by what they say', async () => {
    await withPage(file, { fragment: 'view=fixes' }, async page => {
      await page.getByRole('searchbox').fill('metadata-only');
      expect(await page.locator('.finding:visible').count()).toBe(1);
    });
  });
});

describe('the head', () => {
  it('says what changed and why, and a click shows its layers', async () => {
    const input = fabricatedInput(installedSpec());
    const rows = causeRows(input.report, { max: 6, title: 60 });
    expect(rows.length).toBeGreaterThan(2);
    await withPage(await pageFile(input), { fragment: 'view=files' }, async page => {
      const sentences = await textsOf(page.locator('.head .sentence'));
      const told = rows.map(row => plainText(causeSentence(row)));
      expect(sentences.filter(sentence => told.includes(sentence))).toEqual(told);
      const [first] = rows.filter(({ layers }) => layers.length > 0);
      if (first === undefined) throw new TypeError('a cause has a layer');
      await page
        .getByRole('banner')
        .getByRole('button', { name: formatSizeDelta(first.bytes) })
        .click();
      expect(await state(page)).toContain(`layers=${first.layers.join('.')}`);
      await page.goBack();
      await page.getByRole('banner').getByRole('button', { name: 'Dockerfile:2' }).first().click();
      expect(await page.locator('.chosen-filter').innerText()).toContain('Only Dockerfile:2');
    });
  });
});

describe('waste', () => {
  it('adds up to the wasted bytes, in the drawing, by layer and by path', async () => {
    const input = fabricatedInput(failingSpec());
    await withPage(await pageFile(input), { fragment: 'view=waste' }, async page => {
      const { wastedBytes } = input.report.efficiency;
      expect(await page.locator('.summary').innerText()).toBe(`${formatSize(wastedBytes)} in 17 paths`);
      expect(await textsOf(page.locator('.ends.from .end'))).toEqual([
        'Dockerfile:2 20.4 MB',
        'Dockerfile:4 2.8 MB',
      ]);
      expect(await textsOf(page.locator('.ends.to .end'))).toEqual([
        `Dockerfile:5 ${formatSize(wastedBytes)}`,
      ]);
      const tables = page.locator('.table tbody');
      expect(await textsOf(tables.nth(-2).locator('tr'))).toEqual([
        '20.4 MB 2 deleted Dockerfile:2 → Dockerfile:5',
        '2.8 MB 15 deleted Dockerfile:4 → Dockerfile:5',
      ]);
      expect(await tables.nth(-1).locator('tr').count()).toBe(17);
      await page.getByRole('button', { name: 'Dockerfile:4' }).first().click();
      expect(await page.locator('.summary').innerText()).toBe(`2.8 MB of ${formatSize(wastedBytes)}`);
      expect(await tables.nth(-1).locator('tr').count()).toBe(15);
      expect(await state(page)).toContain('layers=2');
      await page.goBack();
      expect(await tables.nth(-1).locator('tr').count()).toBe(17);
    });
  });
});

describe('wasted paths that are searched', () => {
  it('are all that the view shows', async () => {
    const input = fabricatedInput(failingSpec());
    const { report } = input;
    const wastedFilesTotal = { ...report.wastedFilesTotal, paths: report.wastedFilesTotal.paths + 5 };
    const file = await pageFile({ ...input, report: { ...report, wastedFilesTotal } });
    await withPage(file, { fragment: 'view=waste' }, async page => {
      const { wastedBytes } = report.efficiency;
      const whole = formatSize(wastedBytes);
      const shown = page.locator('main');
      expect(await shown.innerText()).toContain('and 5 more paths');
      await page.getByRole('searchbox').fill('/lists/');
      expect(await page.locator('.summary').innerText()).toBe(`20.4 MB of ${whole}`);
      expect(await textsOf(page.locator('.ends.from .end'))).toEqual(['Dockerfile:2 20.4 MB']);
      expect(await page.locator('main .table').first().locator('tbody tr').count()).toBe(1);
      expect(await shown.innerText()).not.toContain('more paths');
      expect(await shown.innerText()).toContain('5 smaller paths not searched');
      await page.getByRole('searchbox').fill('zzzz');
      expect(await page.locator('.summary').innerText()).toBe(`0 B of ${whole}`);
      expect(await page.locator('.flow').isVisible()).toBe(false);
    });
  });
});

describe('the base image', () => {
  it('has no waste that whoever builds on it could free', async () => {
    const input = fabricatedInput({
      layers: [
        { base: true, files: { a: 2000, b: 10 } },
        { line: 2, text: 'RUN make', files: { c: 500 }, deletes: ['a'] },
        { line: 3, text: 'RUN rm c', deletes: ['c'] },
      ],
    });
    expect(input.report.layers.map(({ wastedBytes }) => wastedBytes)).toEqual([2000, 500, 0]);
    await withPage(await pageFile(input), { fragment: 'view=dockerfile' }, async page => {
      const rows = page.locator('.lines tbody tr');
      expect(await rows.nth(0).innerText()).toContain('2.0 kB hidden');
      expect(await textsOf(page.locator('.lines .waste'))).toEqual(['500 B']);
    });
  });
});

describe('packages', () => {
  it('are counted as the report counts them, and those that are gone by themselves', async () => {
    const input = fabricatedInput(installedSpec());
    const { packages } = input.report;
    const [vim] = packages.filter(({ name }) => name === 'vim');
    if (vim === undefined) throw new TypeError('vim is installed');
    const report = { ...input.report, packages: [...packages, { ...vim, version: '9.1', layers: [2] }] };
    const file = await pageFile({ ...input, report });
    await withPage(file, { fragment: 'view=packages' }, async page => {
      const names = new Set(packages.map(({ name }) => name)).size;
      expect(await page.locator('.summary').innerText()).toMatch(
        new RegExp(`^${names} packages \\(${packages.length + 1} copies\\), [^,]+, 2 removed, `),
      );
      const [row] = await textsOf(page.locator('main tbody tr', { hasText: '9.1' }));
      expect(row).toContain('Dockerfile:2 again in Dockerfile:6 RUN apt-get update');
    });
  });

  it('show both versions, are filtered and sorted', async () => {
    await withPage(
      await pageFile(fabricatedInput(installedSpec())),
      { fragment: 'view=packages' },
      async page => {
        const rows = page.locator('main .table tbody tr');
        expect(await rows.count()).toBe(14);
        expect((await textsOf(rows))[1]).toBe(
          'libc6 deb 2.36-9+deb12u9 → 2.36-9+deb12u10 12.3 MB +310.0 kB Dockerfile:1 FROM debian:bookworm',
        );
        await page.getByRole('button', { name: 'Removed 2' }).click();
        expect(await textsOf(rows)).toEqual([
          'nano deb 7.2-1+deb12u1 → removed −2.9 MB',
          'left-pad npm 1.3.0 → removed −18.0 kB',
        ]);
        expect(await page.locator('.summary').innerText()).toBe('0 packages, 0 B, 2 removed, −2.9 MB');
        await page.getByRole('button', { name: 'All 14' }).click();
        await page.getByRole('button', { name: 'Package', exact: true }).click();
        expect(await rows.first().innerText()).toContain('base-files');
        await page.keyboard.press('Enter');
        expect(await rows.first().innerText()).toContain('xxd');
        expect(await page.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('descending');
        await page.getByRole('searchbox').fill('VIM-');
        expect(await rows.count()).toBe(2);
      },
    );
  });
});

describe('the build', () => {
  it('shows each step as long as it took, and where the cache broke', async () => {
    await withPage(await pageFile(fabricatedInput(failingSpec())), { fragment: 'view=build' }, async page => {
      expect(await page.locator('.summary').innerText()).toContain('the cache broke at Dockerfile:4');
      expect(await textsOf(page.locator('.step .outcome'))).toEqual([
        'cached',
        'cached',
        'cached',
        '38 s',
        '0.4 s',
        '0.1 s',
      ]);
      expect(await textsOf(page.locator('.step.break .broke'))).toEqual([
        '↑ the cache broke here, which cost 39 s',
      ]);
      const widths = await page.evaluate(
        "[...document.querySelectorAll('.step .took.work')].map(bar => bar.style.width)",
      );
      expect(widths).toEqual(['100%', expect.stringMatching(/^1\.07/), expect.stringMatching(/^0\.24/)]);
      expect(await textsOf(page.locator('.warnings li'))).toEqual([
        expect.stringMatching(/^Dockerfile:7: JSON arguments recommended .*\(JSONArgsRecommended\) about$/),
      ]);
    });
  });
});

describe('the trend', () => {
  it('tells each commit to who points at it and who uses the keys', async () => {
    const file = await pageFile({ ...fabricatedInput(failingSpec()), report: trendReport(30) });
    await withPage(file, { fragment: 'view=trend' }, async page => {
      const readout = page.locator('.readout');
      const plot = page.getByRole('slider', { name: 'Size by commit' });
      expect(await readout.innerText()).toContain('2026-06-30');
      await plot.focus();
      await page.keyboard.press('Home');
      expect(await readout.innerText()).toContain('2026-06-01');
      await page.keyboard.press('ArrowRight');
      expect(await readout.innerText()).toMatch(/2026-06-02 +0000001, #2: 390\.3 MB \(\+300\.0 kB\)/);
      expect(await plot.getAttribute('aria-valuetext')).toBe(await readout.textContent());
      await plot.hover({ position: { x: 1, y: 5 } });
      expect(await readout.innerText()).toContain('2026-06-01');
      const rows = page.locator('main .table tbody tr');
      expect(await rows.count()).toBe(30);
      expect(await rows.first().innerText()).toContain('2026-06-30');
      expect(await textsOf(page.locator('main .growth dd'))).toEqual(['+2.1 MB (+0.5 %)']);
    });
  });

  it('of which a part is shown has each change against the commit before, shown or not', async () => {
    const report = trendReport(30, 900);
    const file = await pageFile({ ...fabricatedInput(failingSpec()), report });
    await withPage(file, { fragment: 'view=trend' }, async page => {
      await page.getByRole('slider', { name: 'Size by commit' }).press('ArrowLeft');
      expect(await page.locator('.readout').innerText()).toContain('(+10.0 kB)');
      const row = page.locator('main .table tbody tr').nth(1);
      expect(await row.innerText()).toContain('+10.0 kB');
      expect(await page.locator('main .note').innerText()).toContain('Shown are 30 of 900 commits');
    });
  });
});

describe('what is not there', () => {
  it('has no view', async () => {
    const { build: _build, find: _find, ...spec } = failingSpec();
    const file = await pageFile(fabricatedInput({ ...spec, layers: [{ files: { a: 1 } }] }));
    await withPage(file, { fragment: 'view=build' }, async page => {
      const names = await textsOf(page.locator('nav button[class=tab]'));
      expect(names).not.toEqual(expect.arrayContaining(['Build']));
      expect(names).toContain('Compare');
      for (const name of ['Fixes', 'Waste', 'Packages', 'Trend']) expect(names).not.toContain(name);
    });
  });
});
