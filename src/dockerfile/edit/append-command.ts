import { asChainMember } from '../shell/chain-part.ts';
import { continuation } from '../shell/continuation.ts';
import { readScript } from '../shell/read-script.ts';
import { type Rewrite, type RewriteContext, scriptProblem } from './instruction-rewrite.ts';
import type { InstructionSource } from './instruction-source.ts';
import { jointStyle } from './joint-style.ts';
import { indentOf, lineEnd, type RawLine } from './raw-line.ts';
import { hasErrexitOption } from './script-interpreter.ts';

/** A longer line gets its new command on the next. */
const LONGEST_LINE = 100;

/** The RUN with a command at its end that runs when all before it has succeeded. */
export function appendCommand(source: InstructionSource, command: string, context: RewriteContext): Rewrite {
  const problem = scriptProblem(source, context.shell);
  if (problem !== null) return { problem };
  return source.run.form === 'heredoc'
    ? appendLine(source, command, context)
    : appendToShellForm(source, command, context);
}

function appendToShellForm(source: InstructionSource, command: string, context: RewriteContext): Rewrite {
  const { lines, bodyEnd, wordLines, run, escape: escapeChar } = source;
  const separator = continuation(run.script, context.shell.hasErrexit);
  if (typeof separator === 'object') return separator;
  const last = lines[bodyEnd.line] ?? { text: '', end: '' };
  const head = last.text.slice(0, bodyEnd.column);
  if (!source.endsPlain) return { problem: 'its end is not clear' };
  const { joint, indent } = jointStyle(source);
  const text = separator === '&&' ? asChainMember(command, readScript(command)) : command;
  const onLine = `${head}${separator === '&&' ? ' &&' : ';'} ${text}`;
  const isOneLine = wordLines.length === 1 && run.script.members.length === 1;
  if (isOneLine && onLine.length <= LONGEST_LINE) return [...lines.slice(0, -1), { ...last, text: onLine }];
  const isLeading = joint === 'leading' && separator === '&&';
  const goesOn = isLeading ? '' : separator === '&&' ? ' &&' : ';';
  const end = lines.length > 1 ? lineEnd(lines) : last.end || context.lineEnd;
  return [
    ...lines.slice(0, -1),
    { text: `${head}${goesOn} ${escapeChar}`, end },
    { text: `${indent}${isLeading ? '&& ' : ''}${text}`, end: last.end },
  ];
}

/** In a here-document, behind the last line that is no comment. */
function appendLine(source: InstructionSource, command: string, { shell }: RewriteContext): Rewrite {
  const { lines, wordLines, read } = source;
  const [heredoc] = read.heredocs;
  const first = (wordLines.at(-1) ?? 0) + 1;
  const script = lines.slice(first, first + (heredoc?.lines.length ?? 0));
  if (script.length + first >= lines.length) return { problem: 'its here-document never ends' };
  // BuildKit hands them to the shell as they are.
  if (script.some(({ end }) => end !== '\n'))
    return { problem: 'the lines of its script end in a carriage return' };
  const count = script.findLastIndex(({ text }) => text.trim() !== '' && !/^\s*#/.test(text)) + 1;
  const last = script[count - 1];
  if (last === undefined) return { problem: 'its script is empty' };
  const texts = script.slice(0, count).map(({ text }) => (heredoc?.chomp ? text.replace(/^\t+/, '') : text));
  const separator = continuation(
    readScript(texts.join('\n')),
    hasErrexitOption(texts[0] ?? '') ?? shell.hasErrexit,
  );
  if (typeof separator === 'object') return separator;
  const text = separator === '&&' ? asChainMember(command, readScript(command)) : command;
  const own: RawLine = separator === '&&' ? { ...last, text: `${last.text.trimEnd()} &&` } : last;
  return [
    ...lines.slice(0, first + count - 1),
    own,
    { text: indentOf(last.text) + text, end: last.end },
    ...lines.slice(first + count),
  ];
}
