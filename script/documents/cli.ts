import { PlainAnswer, parseArguments } from '../../src/cli/program.ts';
import { type Document, fenced, fillSections } from './document.ts';

const COMMANDS = ['build', 'inspect', 'diff', 'fix'] as const;
/** Columns of a block of code on GitHub's page. */
const WIDTH = 100;

/** The guide to the command line, with the help of each command. */
export const CLI: Document = {
  path: 'docs/cli.md',
  make: current => fillSections(current, { help: COMMANDS.map(commandHelp).join('\n\n') }),
};

function commandHelp(command: string): string {
  const answer = parseArguments([command, '--help'], '', WIDTH);
  if (!(answer instanceof PlainAnswer)) throw new Error(`${command} --help is no help`);
  return `### \`deadweight ${command}\`\n\n${fenced('text', answer.text)}`;
}
