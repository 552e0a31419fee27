import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { serializeSnapshot } from '../../src/compare/parse-snapshot.ts';
import { createSnapshot } from '../../src/compare/snapshot-of.ts';
import { MAX_DROPPED } from '../../src/page/dropped-image.ts';
import { renderJson } from '../../src/report/json.ts';
import { hostile, NASTY } from '../report/hostile-report.ts';
import { installed } from '../report/installed-report.ts';
import { failing, failingSpec } from '../report/reports.ts';
import { fabricate, type LayerSpec } from '../support/fabricate/analysis.ts';
import { withPage } from '../support/page/opened-page.ts';
import { fabricatedInput, pageFile } from '../support/page/page-file.ts';

interface GivenFile {
  readonly name: string;
  readonly text: string;
}

function snapshot(layers: readonly LayerSpec[]): string {
  return serializeSnapshot(createSnapshot(fabricate(layers, { reference: 'app:1' }), null));
}

const DEBIAN: LayerSpec = { base: true, files: { 'etc/issue': 4_000_000 } };
const OLD: GivenFile = {
  name: 'old.json',
  text: snapshot([
    DEBIAN,
    { text: 'COPY . /app', line: 2, files: { 'app/a': 2_000_000, 'app/b': 1_000_000 } },
  ]),
};
const NEW: GivenFile = {
  name: 'new.json',
  text: snapshot([
    DEBIAN,
    { text: 'COPY . /app', line: 2, files: { 'app/a': 2_500_000, 'app/<b>bold</b>': 300_000 } },
    { text: 'RUN make', line: 3, files: { 'usr/bin/tool': 40_000 } },
  ]),
};

async function choose(page: Page, ...files: readonly GivenFile[]): Promise<void> {
  await page
    .locator('input[type=file]')
    .setInputFiles(
      files.map(({ name, text }) => ({ name, mimeType: 'application/json', buffer: Buffer.from(text) })),
    );
}

/** As somebody who drags them from a folder. */
async function drop(page: Page, ...files: readonly GivenFile[]): Promise<void> {
  await page.evaluate(`(() => {
    const data = new DataTransfer();
    for (const { name, text } of ${JSON.stringify(files)}) data.items.add(new File([text], name));
    for (const type of ['dragover', 'drop'])
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
  })()`);
}

async function rowsOf(page: Page, name: string): Promise<readonly string[]> {
  const texts = await page.getByRole('region', { name }).locator('tbody tr').allInnerTexts();
  return texts.map(text => text.replace(/\s+/g, ' ').trim());
}

describe('files that are dropped onto the page', () => {
  let file: string;
  beforeAll(async () => {
    file = await pageFile(fabricatedInput(failingSpec()));
  });

  it('are compared by size, layers, paths and packages', async () => {
    await withPage(file, { fragment: 'view=waste' }, async page => {
      await drop(page, OLD, NEW);
      await page.locator('.compared').waitFor();
      expect(new URL(page.url()).hash).toContain('view=compare');
      const figures = await page.locator('.growth dd').allInnerTexts();
      expect(figures).toEqual(['7.0 → 6.8 MB, −160.0 kB (−2.3 %)', '2 → 3, +1']);
      expect(await rowsOf(page, 'Paths that differ')).toEqual([
        '/app/b removed −1.0 MB',
        '/app/a 2.0 → 2.5 MB +500.0 kB',
        '/app/<b>bold</b> 300.0 kB, new +300.0 kB',
        '/usr/bin/tool 40.0 kB, new +40.0 kB',
      ]);
      expect(await rowsOf(page, 'Layers')).toEqual([
        expect.stringMatching(/ 4\.0 MB ±0 B$/),
        expect.stringMatching(/^Dockerfile:2 COPY \. \/app changed 2\.8 MB −200\.0 kB$/),
        expect.stringMatching(/^Dockerfile:3 RUN make added 40\.0 kB \+40\.0 kB$/),
      ]);
      await page.getByRole('button', { name: 'Swap' }).click();
      expect(await page.locator('.growth dd').first().innerText()).toBe('6.8 → 7.0 MB, +160.0 kB (+2.3 %)');
      await page.getByRole('searchbox').fill('TOOL');
      expect(await rowsOf(page, 'Paths that differ')).toEqual(['/usr/bin/tool removed −40.0 kB']);
    });
  });

  it('have names as the report has them, and say of a path of the same size that it changed', async () => {
    const image = (name: string, text: string): GivenFile => {
      const layer = { createdBy: 'RUN /bin/sh -c make # buildkit', texts: { 'app/c': text } };
      const analysis = fabricate([layer], { reference: `${name}:${'x'.repeat(400)}` });
      const written = serializeSnapshot(createSnapshot(analysis, null));
      return {
        name: `${name}.json`,
        text: written.replace(/"contents":\[[^\]]*\]/, `"contents":["${text}"]`),
      };
    };
    await withPage(file, { fragment: 'view=compare' }, async page => {
      await drop(page, image('old', 'aaaa'), image('new', 'bbbb'));
      await page.locator('.compared').waitFor();
      expect(await rowsOf(page, 'Layers')).toEqual(['RUN make 4 B ±0 B']);
      expect(await rowsOf(page, 'Paths that differ')).toEqual(['/app/c 4 B, changed ±0 B']);
      expect((await page.locator('.compared').innerText()).length).toBeLessThan(300);
    });
  });

  it('are taken one after the other, and by a button, and reports are compared by their packages', async () => {
    await withPage(file, { fragment: 'view=compare' }, async page => {
      await choose(page, { name: 'before.json', text: renderJson(failing()) });
      await page.getByText('before.json is read. Drop the one to compare it with.').waitFor();
      await choose(page, { name: 'after.json', text: renderJson(installed()) });
      await page.locator('.compared').waitFor();
      expect(await page.locator('.compared').innerText()).toContain('(report after.json)');
      const packages = await rowsOf(page, 'Packages that differ');
      expect(packages[0]).toBe('vim-runtime deb new → 2:9.0.1378-2 +36.1 MB');
    });
  });

  it('are refused in a sentence where they are something else, and the page stays', async () => {
    await withPage(file, { fragment: 'view=compare' }, async page => {
      const refused = page.locator('.refused');
      const tries: readonly (readonly [GivenFile, string])[] = [
        [{ name: 'a.txt', text: 'hello' }, 'a.txt is no JSON.'],
        [
          { name: 'package.json', text: '{"name":"x"}' },
          'package.json is neither a snapshot nor a report of Deadweight.',
        ],
        [
          { name: '<img src=x>.json', text: OLD.text.replace('"size":', '"size":-') },
          '<img src=x>.json is damaged at size.',
        ],
        [{ name: 'deep.json', text: '['.repeat(100_000) }, 'deep.json is no JSON.'],
      ];
      for (const [given, sentence] of tries) {
        await choose(page, given);
        await page.getByText(sentence).waitFor();
        expect(await refused.count()).toBe(1);
      }
      await page.evaluate(`(() => {
        const data = new DataTransfer();
        data.items.add(new File([' '.repeat(${MAX_DROPPED + 1})], 'large.json'));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
      })()`);
      await page.getByText('large.json is larger than 67.1 MB.').waitFor();
      await drop(page, OLD, NEW, { name: 'third.json', text: '{}' });
      await page.locator('.compared').waitFor();
      expect(await refused.allInnerTexts()).toEqual(['third.json is one file too many.']);
    });
  });

  it('show names that mean harm as text', async () => {
    await withPage(file, { fragment: 'view=compare' }, async page => {
      const [name = ''] = NASTY;
      const bad = snapshot([{ text: `RUN ${NASTY[1]}`, files: { [NASTY[1] ?? '']: 5, '__proto__/x': 1 } }]);
      await drop(page, OLD, { name: `${name}.json`, text: bad });
      await page.locator('.compared').waitFor();
      expect((await rowsOf(page, 'Paths that differ')).join('\n')).toContain('\\x1b[31mred\\x1b[0m');
      await drop(page, { name: 'a.json', text: renderJson(hostile()) }, OLD);
      await page.getByText('(report a.json)').waitFor();
      expect(await page.evaluate("document.querySelectorAll('main img, main b, main i').length")).toBe(0);
    });
  });
});
