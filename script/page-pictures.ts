/**
 * Takes the pictures of the page that docs/ shows:
 *
 *     node script/page-pictures.ts PAGE.html
 *
 * PAGE.html is what `deadweight build --html` wrote. `CHROMIUM` names the browser; needs pngquant.
 */
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const DOCS = join(import.meta.dirname, '../docs');
/** CSS pixels. */
const WINDOW = { width: 1200, height: 760 } as const;
const PICTURES = [
  ['page-dockerfile.png', 'dockerfile', 'light'],
  ['page-treemap.png', 'treemap', 'light'],
  ['page-files-dark.png', 'files', 'dark'],
] as const;

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('Name the page.');
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] || '/usr/bin/chromium',
  chromiumSandbox: false,
});
for (const [name, view, theme] of PICTURES) {
  const page = await browser.newPage({ viewport: WINDOW, colorScheme: theme });
  await page.goto(`${pathToFileURL(resolve(path)).href}#view=${view}`);
  await page.locator('main > section').waitFor();
  // Drawings come with the next frame.
  await page.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))');
  const picture = await page.screenshot();
  await writeFile(join(DOCS, name), execFileSync('pngquant', ['--speed', '1', '-'], { input: picture }));
  await page.close();
}
await browser.close();
