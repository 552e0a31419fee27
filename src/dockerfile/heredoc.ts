import { splitInstruction } from './instruction-flag.ts';
import { jsonWords } from './shell-word.ts';
import { trimLineEnd } from './white-space.ts';
import { lexWords } from './word-lexer.ts';

/** `<<EOF` as it stands on an instruction's line. */
interface HeredocStart {
  readonly name: string;
  /** `<<-`: leading tabs do not count. */
  readonly chomp: boolean;
}

export interface Heredoc extends HeredocStart {
  /** The lines between the instruction's line and the terminator. */
  readonly lines: readonly string[];
}

/** Of a word, or of all that a RUN says. */
const HEREDOC = /^\d*<<(-?)[\t\n\f\r ]*([^<]*)$/;
/** Whatever the `# escape=` of the file: BuildKit's own choice. */
const HEREDOC_ESCAPE = '\\';
const HEREDOC_KEYWORDS: ReadonlySet<string> = new Set(['ADD', 'COPY', 'RUN']);

/** The heredocs that a logical line opens, in order: none where BuildKit cannot read all of the line as words. */
export function readHeredocs(logicalLine: string, escapeChar: string): readonly HeredocStart[] {
  if (!logicalLine.includes('<<') || !canOpenHeredocs(logicalLine, escapeChar)) return [];
  const read = lexWords(logicalLine, { escape: HEREDOC_ESCAPE, isRaw: true, values: null });
  return (read?.words ?? []).flatMap(word => readHeredocStart(word) ?? []);
}

/** null where the text is not one heredoc and nothing else. */
export function readHeredocStart(text: string): HeredocStart | null {
  const match = HEREDOC.exec(text);
  if (match === null) return null;
  const words = lexWords(match[2] ?? '', { escape: HEREDOC_ESCAPE, isRaw: false, values: null })?.words ?? [];
  const [name] = words;
  return name === undefined || words.length > 1 ? null : { name, chomp: match[1] === '-' };
}

/** An ADD, COPY or RUN that is not in JSON form, for this build or behind an ONBUILD. */
function canOpenHeredocs(logicalLine: string, escapeChar: string): boolean {
  const { keyword, body } = splitInstruction(logicalLine, escapeChar);
  const read = keyword === 'ONBUILD' ? splitInstruction(body, escapeChar) : { keyword, body };
  return HEREDOC_KEYWORDS.has(read.keyword) && jsonWords(read.body) === null;
}

/** Whether the line ends the heredoc. */
export function isTerminator(line: string, heredoc: HeredocStart): boolean {
  const own = trimLineEnd(line);
  return (heredoc.chomp ? own.replace(/^\t+/, '') : own) === heredoc.name;
}
