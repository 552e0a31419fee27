import { readScript } from '../shell/read-script.ts';

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
