import { readScript } from '../shell/read-script.ts';
import type { ShellInForce } from '../shell/shell-in-force.ts';
import type { InstructionSource } from './instruction-source.ts';
import { type RawLine, readIndent } from './raw-line.ts';

/** What an instruction's lines become, or why they cannot: a sentence without its full stop. */
export type Rewrite = readonly RawLine[] | { readonly problem: string };

/** What a rewrite has to know of the file around the instruction. */
export interface RewriteContext {
  readonly shell: ShellInForce;
  /** For lines that are added where none of the instruction's own has one. */
  readonly lineEnd: string;
}

/** Why the commands of a RUN cannot be edited at all; null when they can. */
export function scriptProblem(
  { keyword, run, endsOpen }: InstructionSource,
  shell: ShellInForce,
): string | null {
  if (keyword === 'ONBUILD') return 'it runs in other builds (ONBUILD)';
  if (keyword !== 'RUN') return `it is ${keyword}, not RUN`;
  if (!shell.isPosix) return 'its shell is not a POSIX shell';
  if (run.form === 'exec') return 'it is in exec form';
  if (run.form === 'other') return 'its here-document is not a shell script';
  return endsOpen ? 'its last line says that another one follows' : null;
}

/** Why the text is not one command, or several, that can stand on one line of a RUN; null when it is. */
export function commandProblem(command: string, escapeChar: string): string | null {
  const isLine = command.trim() === command && !/[\n\r\0]/.test(command) && !command.endsWith(escapeChar);
  // BuildKit looks for here-documents in all words.
  const isCommand = readScript(command).canBeContinued && !command.includes('<<');
  return isLine && isCommand ? null : 'the command is not one that other commands can follow';
}

/** Why the text is not an option, with or without a value; null when it is. */
export function optionProblem(option: string): string | null {
  const { isChain, commands } = readScript(`x ${option}`);
  const [, first = ''] = commands[0]?.words ?? [];
  const isOption = isChain && commands.length === 1 && /^[\w./:=+,@%-]+(?: [\w./:=+,@%-]+)*$/.test(option);
  return isOption && first.startsWith('-') ? null : 'the option is not a plain word that begins with `-`';
}

/** How an instruction puts the commands of its script on lines of their own. */
export interface JointStyle {
  /** Whether `&&` begins a line or ends it. */
  readonly joint: 'leading' | 'trailing';
  /** What stands before the text of a new line. */
  readonly indent: string;
  /** Whether it was seen, or is what most people write. */
  readonly isOwn: boolean;
}

export const USUAL_STYLE: JointStyle = { joint: 'leading', indent: '    ', isOwn: false };

/** By the last of its lines that a command begins. */
export function jointStyle({ lines, wordLines, escape: escapeChar }: InstructionSource): JointStyle {
  const texts = wordLines.map(line => lines[line]?.text ?? '');
  for (let index = texts.length - 1; index > 0; index -= 1) {
    const text = texts[index] ?? '';
    if (/^\s*&&/.test(text)) return { joint: 'leading', indent: readIndent(text), isOwn: true };
    if (endsWithJoint(texts[index - 1] ?? '', escapeChar)) {
      return { joint: 'trailing', indent: readIndent(text), isOwn: true };
    }
  }
  const indents = texts.slice(1).map(readIndent);
  const least = indents.reduce((a, b) => (b.length < a.length ? b : a), indents[0] ?? USUAL_STYLE.indent);
  return { ...USUAL_STYLE, indent: least };
}

/** `… && \` or `…; \` */
function endsWithJoint(text: string, escapeChar: string): boolean {
  const trimmed = text.trimEnd();
  if (!trimmed.endsWith(escapeChar)) return false;
  const before = trimmed.slice(0, -1).trimEnd();
  return before.endsWith('&&') || before.endsWith(';');
}
