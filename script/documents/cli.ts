import { PlainAnswer, parseArguments } from '../../src/cli/program.ts';
import { imageForms } from '../../src/image/transports.ts';
import { EXIT_MEANINGS } from '../../src/run/exit-code.ts';
import { type Document, fenced, fillSections, table } from './document.ts';

const COMMANDS = [
  'build',
  'inspect',
  'diff',
  'fix',
  'squash',
  'explore',
  'trend',
  'cache',
  'explain',
] as const;
/** Columns of a block of code on GitHub's page. */
const WIDTH = 100;

/** The guide to the command line, with the help of each command. */
export const CLI: Document = {
  path: 'docs/cli.md',
  make: current =>
    fillSections(current, {
      images: imageTable(),
      codes: table(['code', 'meaning'], Object.entries(EXIT_MEANINGS)),
      help: COMMANDS.map(commandHelp).join('\n\n'),
    }),
};

function commandHelp(command: string): string {
  const answer = parseArguments([command, '--help'], '', WIDTH);
  if (!(answer instanceof PlainAnswer)) throw new Error(`${command} --help is no help`);
  return `### \`deadweight ${command}\`\n\n${fenced('text', answer.text)}`;
}

function imageTable(): string {
  const rows = imageForms().map(({ form, description }) => [`\`${form}\``, description]);
  return table(['reference', 'image'], rows);
}
