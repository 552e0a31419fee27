import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { SharedReport } from '../../src/report/shared-report.ts';
import { accessibilityViolations } from '../support/page/accessibility.ts';
import { withoutPolicy, withPage } from '../support/page/opened-page.ts';
import { sharedPageFile } from '../support/page/page-file.ts';

const REPORT: SharedReport = {
  schemaVersion: 1,
  tool: { name: 'deadweight', version: '0.1.0' },
  platform: 'linux/amd64',
  images: [
    { name: 'app:1', size: 140_000_000, layerCount: 3, sharedSize: 90_000_000, ownSize: 50_000_000 },
    { name: '<b>web</b>:1', size: 160_000_000, layerCount: 12, sharedSize: 90_000_000, ownSize: 70_000_000 },
    { name: 'worker:1', size: 90_000_000, layerCount: 1, sharedSize: 90_000_000, ownSize: 0 },
  ],
  size: 390_000_000,
  machineSize: 210_000_000,
  registrySize: 80_000_000,
  shared: [{ images: [0, 1, 2], first: 0, last: 1, size: 90_000_000, createdBy: 'RUN apt-get update' }],
  misplaced: [
    {
      places: [
        { image: 0, layer: 2 },
        { image: 1, layer: 5 },
      ],
      size: 30_000_000,
      saving: 20_000_000,
      createdBy: 'COPY model /',
    },
  ],
  repeated: {
    count: 12,
    bytes: 4_000_000,
    packages: [{ type: 'deb', name: 'curl', version: '8.0', bytes: 3_000_000 }],
  },
  notices: [{ code: 'packages-unknown', message: 'Some packages are not known.' }],
};

async function rowsOf(page: Page, name: string): Promise<readonly string[]> {
  const texts = await page.getByRole('region', { name }).locator('tbody tr').allInnerTexts();
  return texts.map(text => text.replace(/\s+/g, ' ').trim());
}

it('shows what images share in one view, sorted and searched', async () => {
  await withPage(await sharedPageFile(REPORT), {}, async page => {
    expect(await page.locator('.tab').allInnerTexts()).toEqual(['Shared']);
    expect(await page.locator('header').innerText()).toContain(
      '3 images of 390.0 MB take up 210.0 MB on one machine: sharing saves 180.0 MB. A registry keeps 80.0 MB compressed bytes of them.',
    );
    expect(await rowsOf(page, 'Images')).toEqual([
      '<b>web</b>:1 160.0 MB 12 90.0 MB 70.0 MB',
      'app:1 140.0 MB 3 90.0 MB 50.0 MB',
      'worker:1 90.0 MB 1 90.0 MB 0 B',
    ]);
    expect(await rowsOf(page, 'Shared, kept once')).toEqual([
      '90.0 MB 0 to 1 all of them RUN apt-get update',
    ]);
    expect(await rowsOf(page, 'The same layer on top of other layers')).toEqual([
      '30.0 MB 20.0 MB 2 of app:1, 5 of <b>web</b>:1 COPY model /',
    ]);
    expect(await rowsOf(page, 'Packages with the same files')).toEqual(['curl 8.0 3.0 MB']);
    expect(await page.locator('main').innerText()).toContain(
      '4.0 MB of files with the same path and size (12 files)',
    );
    await page.getByRole('button', { name: 'its own' }).click();
    await page.getByRole('button', { name: 'its own' }).click();
    expect((await rowsOf(page, 'Images'))[0]).toContain('worker:1');
    await page.getByRole('searchbox').fill('WEB');
    expect(await rowsOf(page, 'Images')).toHaveLength(1);
    expect(await rowsOf(page, 'Packages with the same files')).toEqual(['Nothing has all of this.']);
  });
});

it.each([400, 1280])('shows what images share at %i pixels, to everybody', async width => {
  await withoutPolicy(await sharedPageFile(REPORT), { width }, async page => {
    await page.locator('main section').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(await accessibilityViolations(page)).toEqual([]);
  });
});
