import { FILE_HEADERS_ONLY, formatPatch, type StructuredPatch, structuredPatch } from 'diff';

const CONTEXT_LINES = 3;
/** Lines that differ. Finding the shortest difference of more takes time that grows with their square. */
const MAX_CHANGES = 2_000;

/**
 * The difference of two texts of a file as `git apply` and `patch -p1` take it: line ends are parts of the lines, and
 * a last line without one is said to have none. A file that was empty is taken for a new one.
 * @param path relative, with slashes
 * @returns empty when the texts are the same
 */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const names = [
    before === '' ? '/dev/null' : `a/${path}`,
    after === '' ? '/dev/null' : `b/${path}`,
  ] as const;
  const options = { context: CONTEXT_LINES, maxEditLength: MAX_CHANGES };
  const patch = structuredPatch(...names, before, after, undefined, undefined, options);
  return formatPatch(patch ?? wholeFile(names, before, after), FILE_HEADERS_ONLY);
}

/** All old lines go, and all new ones come. */
function wholeFile(
  [oldFileName, newFileName]: readonly [string, string],
  before: string,
  after: string,
): StructuredPatch {
  const [old] = structuredPatch('', '', before, '').hunks;
  const [fresh] = structuredPatch('', '', '', after).hunks;
  const hunk = {
    oldStart: 1,
    oldLines: old?.oldLines ?? 0,
    newStart: 1,
    newLines: fresh?.newLines ?? 0,
    lines: [...(old?.lines ?? []), ...(fresh?.lines ?? [])],
  };
  return { oldFileName, newFileName, oldHeader: undefined, newHeader: undefined, hunks: [hunk] };
}
