import { heredocsOf, isTerminator } from './heredoc.ts';
import { isComment, LogicalLine } from './logical-line.ts';

/** Where an instruction stands: 1-based lines, inclusive. */
export interface ScannedInstruction {
  readonly keyword: string;
  readonly startLine: number;
  readonly endLine: number;
}

/**
 * The line rules of BuildKit's own parser (`frontend/dockerfile/parser/parser.go`), for the Dockerfiles that
 * dockerfile-ast misreads or throws at.
 */
export function scanInstructions(
  lines: readonly string[],
  escapeChar: string,
): readonly ScannedInstruction[] {
  const found: ScannedInstruction[] = [];
  let index = 0;
  while (index < lines.length) {
    const first = lines[index] ?? '';
    if (first.trim() === '' || isComment(first)) {
      index += 1;
      continue;
    }
    const start = index;
    const logical = new LogicalLine(escapeChar);
    while (logical.open && index < lines.length) {
      logical.add(lines[index] ?? '');
      index += 1;
    }
    index = skipHeredocs(lines, index, logical.text, escapeChar);
    const keyword = /^\S+/.exec(logical.text)?.[0] ?? '';
    if (keyword !== '') found.push({ keyword: keyword.toUpperCase(), startLine: start + 1, endLine: index });
  }
  return found;
}

/** The index of the first line after the heredocs that the logical line opened. */
function skipHeredocs(lines: readonly string[], from: number, logical: string, escapeChar: string): number {
  let index = from;
  for (const heredoc of heredocsOf(logical, escapeChar)) {
    while (index < lines.length && !isTerminator(lines[index] ?? '', heredoc)) index += 1;
    index = Math.min(index + 1, lines.length);
  }
  return index;
}
