import { type Command as CommanderCommand, Option as CommanderOption } from 'commander';
import type { Command, Flag, GivenOptions, Option } from '../base/option.ts';
import { OPTIONS } from '../run/config/options.ts';

interface DeclaredFlag {
  /** Of the option that it gives. */
  readonly name: string;
  readonly flag: Flag;
  readonly commander: CommanderOption;
}

/** Adds the flags of a command, in the order of the table. */
export function addFlags(to: CommanderCommand, command: Command): void {
  for (const { commander } of flagsOf(command)) to.addOption(commander);
}

/**
 * What the flags of a command said.
 * @param values as commander has them, by attribute name
 * @param operands options that the command takes as arguments
 */
export function givenFlags(
  command: Command,
  values: Readonly<Record<string, unknown>>,
  operands: Readonly<Record<string, string>> = {},
): GivenOptions {
  const texts = new Map<string, readonly string[]>(
    Object.entries(operands).map(([name, text]) => [name, [text]]),
  );
  const flagNames = new Map<string, string>();
  for (const { name, flag, commander } of flagsOf(command)) {
    if (commander.long !== undefined && takesValue(flag)) flagNames.set(name, commander.long);
    const value = values[commander.attributeName()];
    if (isTextList(value) && takesValue(flag)) texts.set(name, value);
    // Commander has true for a flag that was given, and false for a `--no-` flag.
    else if (value === !commander.negate && !takesValue(flag)) texts.set(name, [flag.means ?? 'true']);
  }
  // An operand, and what has no flag of its own here, is called by its name.
  const label = (name: string): string => `The option ${flagNames.get(name) ?? name}`;
  return { texts: name => texts.get(name) ?? [], label };
}

function flagsOf(command: Command): readonly DeclaredFlag[] {
  return OPTIONS.flatMap(([name, option]) =>
    (option.flags ?? [])
      .filter(({ commands }) => commands.includes(command))
      .map(flag => ({ name, flag, commander: commanderOption(flag, option) })),
  );
}

function commanderOption(flag: Flag, { description }: Option<unknown>): CommanderOption {
  const option = new CommanderOption(flag.form, flag.description ?? plain(description));
  if (takesValue(flag)) {
    option.argParser((value: string, previous: unknown) => [
      ...(isTextList(previous) ? previous : []),
      value,
    ]);
    // Commander takes `--no-x` for the negative of a flag x, also where it has a value (`--no-cache-filter`).
    option.negate = false;
  }
  return flag.heading === undefined ? option : option.helpGroup(flag.heading);
}

function takesValue({ form }: Flag): boolean {
  return form.includes('<');
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string');
}

/** A description as a line of a help has it: without Markdown, and beginning small but for an abbreviation. */
function plain(description: string): string {
  return description.replaceAll('`', '').replace(/^[A-Z](?![A-Z])/, first => first.toLowerCase());
}
