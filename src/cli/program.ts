import { Command, CommanderError } from 'commander';
import { DeadweightError } from '../base/errors.ts';
import { printable } from '../base/untrusted-text.ts';
import { readBuildInputs } from '../build/build-inputs.ts';
import { imageForms } from '../image/transports.ts';
import { EXIT_MEANINGS } from '../run/exit-code.ts';
import { addFlags, givenFlags } from './flags.ts';
import {
  baselineOfFlags,
  checkedOptions,
  type Invocation,
  inspectRequest,
  standardInputTwice,
} from './invocation.ts';

/** Text that ends the program at once, fine: the help, the version. */
export class PlainAnswer {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Values = Readonly<Record<string, unknown>>;

/**
 * Reads the arguments after the program's name.
 * @param helpWidth columns of a help text; the terminal's unless given
 * @throws DeadweightError `usage`
 */
export function parseArguments(
  args: readonly string[],
  version: string,
  helpWidth?: number,
): Invocation | PlainAnswer {
  let result: Invocation | null = null;
  let printed = '';
  const program = new Command('deadweight')
    .description('Weighs container images, layer by layer, down to the Dockerfile line.')
    .version(version, '-V, --version')
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: false })
    .addHelpText('after', closingHelp());

  const build = program.command('build').description('build an image with BuildKit and weigh it');
  build.argument('[context]', 'build context', '.');
  addFlags(build, 'build');
  build.action((context: string, values: Values) => {
    const given = givenFlags('build', values, { context });
    const options = checkedOptions(given);
    const baseline = baselineOfFlags(options);
    result = { options, request: { command: 'build', inputs: readBuildInputs(given), baseline } };
  });

  const fix = program.command('fix').description('make the safe fixes in the Dockerfile');
  fix.argument('[context]', 'build context', '.');
  addFlags(fix, 'fix');
  fix.action((context: string, values: Values) => {
    const given = givenFlags('fix', values, { context });
    const options = checkedOptions(given);
    result = { options, request: { command: 'fix', inputs: readBuildInputs(given) } };
  });

  const inspect = program.command('inspect').description('weigh an existing image');
  inspect.argument('<image...>', 'the image; several with --shared');
  addFlags(inspect, 'inspect');
  inspect.action((references: readonly string[], values: Values) => {
    const options = checkedOptions(givenFlags('inspect', values));
    result = { options, request: inspectRequest(references, options) };
  });

  const diff = program.command('diff').description('compare two images, or two snapshots');
  diff.argument('<base>', 'image or snapshot').argument('<head>', 'image or snapshot');
  addFlags(diff, 'diff');
  diff.action((baseline: string, head: string, values: Values) => {
    if (baseline === '-' && head === '-') throw standardInputTwice();
    const options = checkedOptions(givenFlags('diff', values));
    result = { options, request: { command: 'diff', baseline, head } };
  });

  const squash = program.command('squash').description('merge layers of an existing image');
  squash.argument('<image>', 'the image');
  addFlags(squash, 'squash');
  squash.action((reference: string, values: Values) => {
    const options = checkedOptions(givenFlags('squash', values));
    result = { options, request: { command: 'squash', reference } };
  });

  const explore = program.command('explore').description('look around in an image, or in two');
  explore.argument('<image>', 'image, JSON report or snapshot; of two, the base');
  explore.argument('[head]', 'image or snapshot that is compared with the base');
  addFlags(explore, 'explore');
  explore.action((first: string, head: string | undefined, values: Values) => {
    const options = checkedOptions(givenFlags('explore', values));
    const images = head === undefined ? { head: first, baseline: null } : { head, baseline: first };
    result = { options, request: { command: 'explore', ...images } };
  });

  const trend = program.command('trend').description('show how the weight of a branch has changed');
  trend.argument('[image]', 'what a report calls the image (default all that have a history)');
  addFlags(trend, 'trend');
  trend.action((image: string | undefined, values: Values) => {
    const options = checkedOptions(givenFlags('trend', values));
    result = { options, request: { command: 'trend', image: image ?? null } };
  });

  const cache = program.command('cache').description('show or clear what is kept between runs');
  addFlags(cache, 'cache');
  cache.action((values: Values) => {
    result = { options: checkedOptions(givenFlags('cache', values)), request: { command: 'cache' } };
  });

  const explain = program.command('explain').description("print a rule's page, or the list of all rules");
  explain.argument('[rule]', 'the rule, as a report names it');
  addFlags(explain, 'explain');
  explain.action((rule: string | undefined, values: Values) => {
    const options = checkedOptions(givenFlags('explain', values));
    result = { options, request: { command: 'explain', rule: rule ?? null } };
  });

  const keep = (part: string): void => {
    printed += part;
  };
  for (const command of [program, build, fix, inspect, diff, squash, explore, trend, cache, explain]) {
    command.exitOverride();
    // The help that answers a missing command goes to standard error; other errors are thrown.
    command.configureOutput({ writeOut: keep, writeErr: keep });
    if (helpWidth !== undefined) command.configureOutput({ getOutHelpWidth: () => helpWidth });
  }
  try {
    program.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return answerOf(error, printed, args);
    throw error;
  }
  return result ?? new PlainAnswer(program.helpInformation());
}

function answerOf(error: CommanderError, printed: string, args: readonly string[]): PlainAnswer {
  if (error.exitCode === 0) return new PlainAnswer(printed);
  if (error.code === 'commander.help') return new PlainAnswer(printed);
  throw new DeadweightError('usage', {
    // What follows a wrong name may be a secret.
    message: sentence(
      error.message.replace(/^error: /, '').replace(/^(unknown option '--?[\w-]+)=.*'/, "$1'"),
    ),
    remedy: remedyOf(error, args),
  });
}

/** Somebody who names an image without a command has used a tool that needs none. */
function remedyOf({ code, message }: CommanderError, [word = '']: readonly string[]): string {
  if (code === 'commander.unknownCommand' && !message.includes('Did you mean') && !word.startsWith('-')) {
    const name = printable(word);
    return `Run deadweight inspect ${name} to weigh an image, or deadweight --help.`;
  }
  return 'Run deadweight --help, or deadweight COMMAND --help.';
}

function sentence(message: string): string {
  const line = message.replace(/\s+/g, gap => (gap.includes('\n') ? ' ' : gap)).trim();
  const capital = line.charAt(0).toUpperCase() + line.slice(1);
  return /[.?!)]$/.test(capital) ? capital : `${capital}.`;
}

/** What follows the help of the program. */
function closingHelp(): string {
  const images = imageForms().map(
    ({ form, description }) => [form, description.replaceAll('`', '')] as const,
  );
  return `\n${helpList('Images', images)}\n\n${helpList('Exit codes', Object.entries(EXIT_MEANINGS))}`;
}

function helpList(title: string, rows: readonly (readonly [term: string, meaning: string])[]): string {
  const width = Math.max(...rows.map(([term]) => term.length)) + 4;
  return `${title}:\n${rows.map(([term, meaning]) => `  ${term.padEnd(width)}${meaning}`).join('\n')}`;
}
