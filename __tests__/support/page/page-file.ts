import { join } from 'node:path';
import { pageTemplate } from '../../../script/page-template.ts';
import { lazy } from '../../../src/base/lazy.ts';
import { type HtmlInput, renderHtml, renderSharedHtml } from '../../../src/report/html/render-html.ts';
import type { SharedReport } from '../../../src/report/shared-report.ts';
import { fabricateReported, type ReportSpec } from '../fabricate/report.ts';
import { folderOf } from '../folder.ts';

/** The page as the build makes it from the sources as they are: `dist/` may be older. */
const currentTemplate = lazy(pageTemplate);

/** @returns the path of the page that shows this, for as long as the tests of the file run */
export async function pageFile(input: HtmlInput): Promise<string> {
  const folder = await folderOf({ 'page.html': renderHtml(input, await currentTemplate()) });
  return join(folder, 'page.html');
}

/** @returns the path of the page that shows what images share */
export async function sharedPageFile(report: SharedReport): Promise<string> {
  const folder = await folderOf({ 'page.html': renderSharedHtml(report, await currentTemplate()) });
  return join(folder, 'page.html');
}

/** A report on fabricated layers with all of their files, and the Dockerfile where the specification has it. */
export function fabricatedInput(spec: ReportSpec): HtmlInput {
  const { report, inventory } = fabricateReported(spec);
  const { dockerfile } = spec;
  return {
    report,
    inventory: inventory(),
    dockerfiles: dockerfile === undefined ? [] : [{ file: 'Dockerfile', text: `${dockerfile.join('\n')}\n` }],
  };
}
