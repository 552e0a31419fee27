import { PageTree } from '../../src/page/page-tree.ts';
import { makeFileTable } from '../../src/report/html/make-file-table.ts';
import { fabricateReported, type ReportSpec } from '../support/fabricate/report.ts';

/** The files of a fabricated report, as the page has them. */
export function treeOf(spec: ReportSpec): PageTree {
  return new PageTree(makeFileTable(fabricateReported(spec).inventory()));
}
