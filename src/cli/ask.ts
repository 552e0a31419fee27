import { createInterface } from 'node:readline';
import type { TerminalOptions } from '../report/terminal/page.ts';
import { renderOffer } from '../report/terminal/render-fixes.ts';
import type { FixAnswer } from '../run/fix/chosen-fixes.ts';
import type { AskForFix } from '../run/fix-pipeline.ts';

const ANSWERS: ReadonlyMap<string, FixAnswer> = new Map([
  ['y', 'yes'],
  ['yes', 'yes'],
  ['n', 'no'],
  ['no', 'no'],
  ['a', 'all'],
  ['all', 'all'],
  ['q', 'quit'],
  ['quit', 'quit'],
]);

/** Asks at the terminal; null where there is none. An end of the input is an end of the questions. */
export function terminalAsker(options: TerminalOptions, mask: (text: string) => string): AskForFix | null {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) return null;
  return async (fix, diff, place) => {
    stderr.write(`\n${mask(renderOffer(fix, diff, place, options))}`);
    for (;;) {
      stderr.write('Make this fix? [y]es, [n]o, [a]ll that follow, [q]uit: ');
      const line = await readLine();
      const answer = line === null ? 'quit' : ANSWERS.get(line.trim().toLowerCase());
      if (answer !== undefined) return answer;
    }
  };
}

/** Without a terminal of its own: then Ctrl-C is the signal that ends the run. */
function readLine(): Promise<string | null> {
  return new Promise(resolve => {
    const lines = createInterface({ input: process.stdin, terminal: false });
    let read: string | null = null;
    lines.once('line', line => {
      read = line;
      lines.close();
    });
    lines.once('close', () => resolve(read));
  });
}
