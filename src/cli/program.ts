import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { DeadweightError } from '../base/errors.ts';
import { parsePlatform } from '../base/platform.ts';
import { OPTION_BUDGET_NAMES, OPTION_BUDGETS } from '../budget/budgets.ts';
import { imageForms } from '../image/open-image.ts';
import type { BudgetTexts, OutputFiles, Request, Settings } from '../run/config/request.ts';
import { EXIT_MEANINGS } from '../run/exit-code.ts';
import { addBaselineOptions, baselineOf } from './baseline-options.ts';
import { addBuildOptions, buildInputsOf } from './build-options.ts';

/** What the command line asks for, besides the request itself. */
export interface Invocation {
  readonly request: Request;
  readonly quiet: boolean;
  readonly color: boolean;
  readonly debug: boolean;
}

/** Text that ends the program at once, fine: the help, the version. */
export class PlainAnswer {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Options = Readonly<Record<string, unknown>>;

const text = (options: Options, name: string): string | null => {
  const value = options[name];
  return typeof value === 'string' ? value : null;
};

function platform(value: string): string {
  try {
    parsePlatform(value);
    return value;
  } catch (error) {
    throw new InvalidArgumentError(error instanceof DeadweightError ? error.sentence : '');
  }
}

function addPlatformOption(command: Command): void {
  command.addOption(
    new Option('--platform <platform>', 'platform of a multi-platform image').argParser(platform),
  );
}

/** The options that every command has. */
function addCommonOptions(command: Command): void {
  command
    .option('--json <file>', 'write the JSON report (- is standard output)')
    .option('--markdown <file>', 'write the report as a pull request comment (- is standard output)')
    .option('--snapshot <file>', 'write a snapshot for a later diff')
    .option('--config <file>', 'configuration file (default: .deadweight.yml where there is one)')
    .option('--dive-ci <file>', 'rules of dive (default: .dive-ci where there is one)')
    .option('--no-dive-ci', 'ignore a .dive-ci file')
    .option('--title <title>', 'what the report calls the image')
    .option('-q, --quiet', 'print the report and nothing else')
    .option('--no-color', 'plain text, also with NO_COLOR set')
    .option('--debug', 'print what is done');
  for (const name of OPTION_BUDGET_NAMES) {
    const { description, limit } = OPTION_BUDGETS[name];
    const words = description.replaceAll('`', '').replace(/^./, first => first.toLowerCase());
    command.addOption(
      new Option(`--${name} <${limit.placeholder}>`, words).helpGroup(
        'Budgets (also: "warn 400MB, fail 450MB"):',
      ),
    );
  }
}

function outputOf(options: Options): OutputFiles {
  return {
    json: text(options, 'json'),
    markdown: text(options, 'markdown'),
    snapshot: text(options, 'snapshot'),
  };
}

function budgetTexts(options: Options): BudgetTexts {
  const given: Record<string, string> = {};
  for (const name of OPTION_BUDGET_NAMES) {
    const value = text(options, new Option(`--${name} <value>`).attributeName());
    if (value !== null) given[name] = value;
  }
  return given;
}

function settingsOf(options: Options): Settings {
  const output = outputOf(options);
  if ([output.json, output.markdown, output.snapshot].filter(path => path === '-').length > 1) {
    throw new DeadweightError('usage', {
      message: 'Only one report can go to standard output.',
      remedy: 'Give the others a file.',
    });
  }
  return {
    config: text(options, 'config'),
    budgets: budgetTexts(options),
    diveCi: options['diveCi'] === false ? false : text(options, 'diveCi'),
    title: text(options, 'title'),
    platform: text(options, 'platform'),
    output,
  };
}

function invocation(request: Request, options: Options): Invocation {
  return {
    request,
    quiet: options['quiet'] === true,
    color: options['color'] !== false,
    debug: options['debug'] === true,
  };
}

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
  addBaselineOptions(build);
  addCommonOptions(build);
  addBuildOptions(build);
  build.option('--prove', 'build the Dockerfile with each fix, to see what it saves');
  build.option('--no-inline-cache', 'do not export the cache with the image');
  build.action((context: string, options: Options) => {
    const inputs = buildInputsOf(options, context);
    const settings = { ...settingsOf(options), platform: null };
    const baseline = baselineOf(options);
    const proves = options['prove'] === true;
    result = invocation({ command: 'build', settings, inputs, baseline, proves }, options);
  });

  const fix = program.command('fix').description('mend the Dockerfile where that is safe');
  fix.argument('[context]', 'build context', '.');
  fix
    .option('--prove', 'build the Dockerfile with each fix, and keep those that save something')
    .option('--dry-run', 'show what would be written, and write nothing')
    .option('--json <file>', 'write what was done as JSON (- is standard output)')
    .option('--title <title>', 'what the report calls the image')
    .option('-q, --quiet', 'print the result and nothing else')
    .option('--no-color', 'plain text, also with NO_COLOR set')
    .option('--debug', 'print what is done');
  addBuildOptions(fix);
  fix.action((context: string, options: Options) => {
    const request = {
      ...({
        command: 'fix',
        inputs: buildInputsOf(options, context),
        title: text(options, 'title'),
      } as const),
      ...{
        proves: options['prove'] === true,
        writes: options['dryRun'] !== true,
        json: text(options, 'json'),
      },
    };
    result = invocation(request, options);
  });

  const inspect = program.command('inspect').description('weigh an image that exists');
  inspect.argument('<image>', 'the image');
  inspect.option('--base <image>', 'the image it is built on: tells base layers from own ones');
  inspect.option('--verify', 'hash every layer that could be read by position, too');
  inspect.option('--no-findings', 'weigh only: look for no findings and no packages');
  addPlatformOption(inspect);
  addCommonOptions(inspect);
  inspect.action((reference: string, options: Options) => {
    const base = text(options, 'base');
    const verify = options['verify'] === true;
    const finds = options['findings'] !== false;
    result = invocation(
      { command: 'inspect', settings: settingsOf(options), reference, base, verify, finds },
      options,
    );
  });

  const diff = program.command('diff').description('compare two images, or two snapshots');
  diff.argument('<base>', 'image or snapshot').argument('<head>', 'image or snapshot');
  addPlatformOption(diff);
  addCommonOptions(diff);
  diff.action((base: string, head: string, options: Options) => {
    result = invocation({ command: 'diff', settings: settingsOf(options), base, head }, options);
  });

  const keep = (part: string): void => {
    printed += part;
  };
  for (const command of [program, build, fix, inspect, diff]) {
    command.exitOverride();
    // The help that answers a missing command goes to standard error; other errors are told by the thrown one.
    command.configureOutput({ writeOut: keep, writeErr: keep });
    if (helpWidth !== undefined) command.configureOutput({ getOutHelpWidth: () => helpWidth });
  }
  try {
    program.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return answerOf(error, printed);
    throw error;
  }
  return result ?? new PlainAnswer(program.helpInformation());
}

function answerOf(error: CommanderError, printed: string): PlainAnswer {
  if (error.exitCode === 0) return new PlainAnswer(printed);
  if (error.code === 'commander.help') return new PlainAnswer(printed);
  throw new DeadweightError('usage', {
    message: sentence(error.message.replace(/^error: /, '')),
    remedy: 'Run deadweight --help, or deadweight COMMAND --help.',
  });
}

function sentence(message: string): string {
  const line = message.replace(/\s*\n\s*/g, ' ').trim();
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
