import { deflateRawSync } from 'node:zlib';
import type { Inventory } from '../../inventory/inventory.ts';
import type { Report } from '../report.ts';
import type { SharedReport } from '../shared-report.ts';
import type { FileTable } from './file-table.ts';
import { MAX_PATHS, makeFileTable } from './make-file-table.ts';

export type { DockerfileText } from './make-page-document.ts';

import { type DockerfileText, makePageDocument, makePageFiles } from './make-page-document.ts';
import { makeSharedDocument } from './make-shared-document.ts';
import { packTable } from './packed-table.ts';
import type { PageDocument } from './page-document.ts';

/** What a page shows. */
export interface HtmlInput {
  readonly report: Report;
  /** null where only a report is there, without its files. */
  readonly inventory: Inventory | null;
  /** Empty where the text of the Dockerfile is left out, or not known. */
  readonly dockerfiles: readonly DockerfileText[];
}

/** The place in the template where the data goes. */
const DATA = '<!--data-->';

/**
 * The report with all files of its image as one page, which asks for nothing else.
 * @param template `dist/page.html`: script and style, with a place for the data
 * @param maxPaths shown one by one; of more, the smaller ones are joined
 */
export function renderHtml(
  { report, inventory, dockerfiles }: HtmlInput,
  template: string,
  maxPaths = MAX_PATHS,
): string {
  const table = inventory && makeFileTable(inventory, maxPaths);
  const files = inventory && table && makePageFiles(inventory, table);
  return fillTemplate(template, makePageDocument(report, dockerfiles, files, inventory?.head ?? null), table);
}

/** What images share as a page. @param template as above */
export function renderSharedHtml(report: SharedReport, template: string): string {
  return fillTemplate(template, makeSharedDocument(report), null);
}

function fillTemplate(template: string, document: PageDocument, table: FileTable | null): string {
  const parts = template.split(DATA);
  const [start, end] = parts;
  if (parts.length !== 2 || start === undefined || end === undefined)
    throw new TypeError('the template of the page has one place for its data');
  const data = [
    dataElement('document', new TextEncoder().encode(JSON.stringify(document))),
    ...(table === null ? [] : [dataElement('files', packTable(table))]),
  ];
  return `${start}${data.join('\n')}${end}`;
}

/** Base64, which no markup can be made of. */
function dataElement(name: string, bytes: Uint8Array): string {
  const packed = deflateRawSync(bytes, { level: 9, memLevel: 9 });
  return `<script type="text/plain" id="data-${name}">${packed.toString('base64')}</script>`;
}
