import { asChainMember } from '../shell/chain-part.ts';
import { continuation } from '../shell/continuation.ts';
import { readScript } from '../shell/read-script.ts';
import { hasErrexitOption } from '../shell/shell-in-force.ts';
import { type ShellToken, shellTokens } from '../shell/shell-token.ts';
import { jointStyle, type Rewrite, type RewriteContext, scriptProblem } from './instruction-rewrite.ts';
import { InstructionSource } from './instruction-source.ts';
import { lineEnd, type RawLine, readIndent } from './raw-line.ts';

/**
 * The RUN with other commands in place of some, by their index; null takes one away, with the `&&` before it, or
 * behind it when it is the first. Without lines when no command is left.
 */
export function replaceCommands(
  source: InstructionSource,
  commands: ReadonlyMap<number, string | null>,
  { shell }: RewriteContext,
): Rewrite {
  const problem = scriptProblem(source, shell);
  if (problem !== null) return { problem };
  const { script } = source.run;
  if (!script.isChain) return { problem: 'its script is more than commands with `&&` between them' };
  const indices = [...commands.keys()].sort((a, b) => b - a);
  if (indices.some(index => script.commands[index] === undefined))
    return { problem: 'it has no such command' };
  let lines: readonly RawLine[] = source.lines;
  let left = script.commands.length;
  // From the last to the first, so that those before keep their index.
  for (const index of indices) {
    const command = commands.get(index) ?? null;
    if (command === null) left -= 1;
    if (left === 0) return [];
    lines = replaceOne(new InstructionSource(lines, source.escape), index, command);
  }
  return lines;
}

function replaceOne(source: InstructionSource, index: number, command: string | null): readonly RawLine[] {
  const { commands } = source.run.script;
  const [before, own, behind] = [commands[index - 1], commands[index], commands[index + 1]];
  if (own === undefined) return source.lines;
  const [from, to] = [source.scriptAt(own.start), source.scriptBefore(own.end)];
  if (command !== null)
    return source.splice([{ from, to, text: asChainMember(command, readScript(command)) }]);
  if (before !== undefined) return source.splice([{ from: source.scriptBefore(before.end), to, text: '' }]);
  return source.splice([{ from, to: behind === undefined ? to : source.scriptAt(behind.start), text: '' }]);
}

/** A longer line gets its new command on the next. */
const MAX_LINE = 100;

/** The RUN with a command at its end that runs when all before it has succeeded. */
export function appendCommand(source: InstructionSource, command: string, context: RewriteContext): Rewrite {
  const problem = scriptProblem(source, context.shell);
  if (problem !== null) return { problem };
  if (source.run.form === 'heredoc') return appendLine(source, command, context);
  const comment = trailingComment(source);
  if (comment === null) return appendToShellForm(source, command, context);
  const made = appendToShellForm(new InstructionSource(comment.without, source.escape), command, context);
  const last = 'problem' in made ? undefined : made.at(-1);
  if ('problem' in made || last === undefined) return made;
  return [...made.slice(0, -1), { ...last, text: `${last.text} ${comment.text}` }];
}

/** What a shell takes for a comment at the end of a RUN, and its lines without it; null where there is none, or not on one line. */
function trailingComment(
  source: InstructionSource,
): { readonly text: string; readonly without: readonly RawLine[] } | null {
  const { text } = source.run.script;
  const last = shellTokens(text).reduce<ShellToken | null>((_, token) => token, null);
  if (last?.kind !== 'comment' || last.end !== text.length) return null;
  const [from, to] = [source.scriptAt(last.start), source.scriptBefore(last.end)];
  if (from.line !== to.line || from.line !== source.lines.length - 1) return null;
  const line = source.lines[from.line] ?? { text: '', end: '' };
  const before = { ...line, text: line.text.slice(0, from.column).trimEnd() };
  return { text: last.text.trimEnd(), without: [...source.lines.slice(0, -1), before] };
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
  if (isOneLine && onLine.length <= MAX_LINE) return [...lines.slice(0, -1), { ...last, text: onLine }];
  const isLeading = joint === 'leading' && separator === '&&';
  const goesOn = isLeading ? '' : separator === '&&' ? ' &&' : ';';
  const end = lines.length > 1 ? lineEnd(lines) : last.end || context.lineEnd;
  return [
    ...lines.slice(0, -1),
    { text: `${head}${goesOn} ${escapeChar}`, end },
    { text: `${indent}${isLeading ? '&& ' : ''}${text}`, end: last.end },
  ];
}

/** In a here-document, behind the last line that is not a comment. */
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
    { text: readIndent(last.text) + text, end: last.end },
    ...lines.slice(first + count),
  ];
}
