import { shellWords, unquote } from './shell-word.ts';

/** `<<EOF` as it stands on an instruction's line. */
export interface HeredocStart {
  readonly name: string;
  /** `<<-`: leading tabs do not count. */
  readonly chomp: boolean;
}

export interface Heredoc extends HeredocStart {
  /** The lines between the instruction's line and the terminator. */
  readonly lines: readonly string[];
}

const HEREDOC = /^\d*<<(-?)([^<]+)$/;
const CAN_CONTAIN = /^\s*(?:onbuild\s+)?(?:add|copy|run)\s/i;

/** The heredocs that a logical line opens, in order (BuildKit's `heredocsFromLine`). */
export function heredocsOf(logicalLine: string, escapeChar: string): readonly HeredocStart[] {
  if (!logicalLine.includes('<<') || !CAN_CONTAIN.test(logicalLine)) return [];
  const starts: HeredocStart[] = [];
  for (const word of shellWords(logicalLine, escapeChar)) {
    const match = HEREDOC.exec(word);
    const name = unquote(match?.[2] ?? '', escapeChar);
    if (match && name !== '') starts.push({ name, chomp: match[1] === '-' });
  }
  return starts;
}

/** Whether the line ends the heredoc. */
export function isTerminator(line: string, heredoc: HeredocStart): boolean {
  return (heredoc.chomp ? line.replace(/^\t+/, '') : line) === heredoc.name;
}
