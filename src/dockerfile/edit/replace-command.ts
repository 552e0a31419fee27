import { asChainMember } from '../shell/chain-part.ts';
import { readScript } from '../shell/read-script.ts';
import { type Rewrite, type RewriteContext, scriptProblem } from './instruction-rewrite.ts';
import { InstructionSource } from './instruction-source.ts';
import type { RawLine } from './raw-line.ts';

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
