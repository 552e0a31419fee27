/**
 * Shows comments as GitHub does, measures in Chromium whether a reader sees all of them, and takes their pictures:
 *
 *     node script/comments.ts RENDERER [--pictures FOLDER] [--docs] [REPORT.json …]
 *
 * RENDERER is a folder with marked and github-markdown-css (`npm install --prefix RENDERER marked github-markdown-css`).
 * The comments are those of `__tests__/report/comments.ts`, or of the reports that are named. `CHROMIUM` names the
 * browser. Ends with 1 where a column is cut, or a number is parted from its unit. FOLDER gets a picture of each comment,
 * and a sheet of all for each width and theme; `--docs` writes the pictures of `docs/`, and needs pngquant, too.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { COMMENTS } from '../__tests__/report/comments.ts';
import { parseReport } from '../src/report/json.ts';
import { renderMarkdown } from '../src/report/markdown/render-markdown.ts';
import { type Page, type Viewport, withPage } from './comments/browser.ts';
import { commentPage, loadRenderer } from './comments/page.ts';
import { type Picture, sheetPage } from './comments/sheet.ts';

const VIEWPORTS: readonly Viewport[] = [
  { width: 800, theme: 'light' },
  { width: 800, theme: 'dark' },
  { width: 400, theme: 'light' },
  { width: 400, theme: 'dark' },
];
/** Comments beside each other on a sheet, by width. */
const COLUMNS: Readonly<Record<number, number>> = { 800: 4, 400: 7 };
/** Of a sheet: letters of 14 px stay readable. */
const SHEET_SCALE = 0.75;

const Measures = z.object({ cut: z.array(z.string()), parted: z.array(z.string()), height: z.number() });

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { pictures: { type: 'string' }, docs: { type: 'boolean', default: false } },
});
const [rendererFolder, ...reports] = positionals;
if (rendererFolder === undefined) throw new Error('Name the folder that has marked and github-markdown-css.');
const renderer = await loadRenderer(rendererFolder);
const measure = await readFile(fileURLToPath(new URL('comments/measure.mjs', import.meta.url)), 'utf8');

async function commentsOf(paths: readonly string[]): Promise<readonly (readonly [string, string])[]> {
  if (paths.length === 0) return Object.entries(COMMENTS).map(([name, make]) => [name, make()]);
  const read = async (path: string) => parseReport(await readFile(path, 'utf8'));
  return Promise.all(
    paths.map(async path => [basename(path, '.json'), renderMarkdown(await read(path))] as const),
  );
}

async function showAll(page: Page, viewport: Viewport): Promise<void> {
  const pictures: Picture[] = [];
  const place = `${viewport.width}-${viewport.theme}`;
  for (const [name, markdown] of comments) {
    await page.show(commentPage(markdown, renderer), viewport);
    const { cut, parted, height } = Measures.parse(await page.evaluate(measure));
    const verdict = [
      ...new Set([...cut.map(text => `cut: ${text}`), ...parted.map(text => `parted: ${text}`)]),
    ];
    console.log(
      `${name.padEnd(14)} ${place.padEnd(10)} ${verdict.length === 0 ? 'whole' : verdict.join('; ')}`,
    );
    if (verdict.length > 0) process.exitCode = 1;
    pictures.push({ name, png: await page.picture(height, 1), width: viewport.width, height });
  }
  const sheet = sheetPage(pictures, COLUMNS[viewport.width] ?? 1);
  await page.show(sheet.html, { ...viewport, width: sheet.width });
  await save(pictures, await page.picture(sheet.height, SHEET_SCALE), place);
  await saveShown(page, viewport);
}

async function save(pictures: readonly Picture[], sheet: Buffer, place: string): Promise<void> {
  if (values.pictures !== undefined) {
    for (const { name, png } of pictures) await writeFile(join(values.pictures, `${name}-${place}.png`), png);
    await writeFile(join(values.pictures, `sheet-${place}.png`), sheet);
  }
  if (!values.docs) return;
  writeSmall(`comments-${place}.png`, sheet);
}

/** The comment that the README shows, twice as fine. */
async function saveShown(page: Page, viewport: Viewport): Promise<void> {
  const markdown = COMMENTS['patched']?.();
  if (!values.docs || markdown === undefined || viewport !== VIEWPORTS[0]) return;
  await page.show(commentPage(markdown, renderer), viewport);
  const { height } = Measures.parse(await page.evaluate(measure));
  writeSmall('comment.png', await page.picture(height, 2), 96);
}

/** Into `docs/`, with a palette. */
function writeSmall(name: string, png: Buffer, colors = 24): void {
  const path = fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
  execFileSync('pngquant', ['--force', '--nofs', '--output', path, String(colors), '-'], { input: png });
}

const comments = await commentsOf(reports);
if (values.pictures !== undefined) await mkdir(values.pictures, { recursive: true });
await withPage(process.env['CHROMIUM'] ?? 'chromium', async page => {
  for (const viewport of VIEWPORTS) await showAll(page, viewport);
});
