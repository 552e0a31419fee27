import type { z } from 'zod';
import { DeadweightError } from './errors.ts';
import { quote } from './untrusted-text.ts';

/** How the texts of an option are read as a value. */
export interface OptionKind<Value> {
  /**
   * @param texts as they were given, in their order; none where the option is not given
   * @param name what errors call the option: `The input push`
   * @throws DeadweightError
   */
  readonly read: (texts: readonly string[], name: string) => Value;
  /** The items of a list that stands in one text, as an input has it. Other kinds take a text as it is. */
  readonly split?: (text: string) => readonly string[];
  /** Whether white space around an input's text is a part of it. */
  readonly keepsSpace?: true;
  /** The text that means the same as none. */
  readonly default?: string;
}

/** The schemas that settings are made of. By name: all of them at once would keep the whole library in the bundle. */
export type SettingSchemas = Pick<typeof z, 'enum' | 'literal' | 'number' | 'string' | 'union'>;

/** A kind of option that a configuration file may set, too. */
export interface SettingKind<Value> extends OptionKind<Value> {
  /** What the file may say, made of the schemas that its reader brings along: only the file needs them. */
  readonly setting: (schemas: SettingSchemas) => z.ZodType;
}

export type Command =
  | 'build'
  | 'inspect'
  | 'diff'
  | 'fix'
  | 'squash'
  | 'explore'
  | 'trend'
  | 'cache'
  | 'explain';

/** One way to give an option on the command line. */
export interface Flag {
  /** As commander takes it: `-f, --file <file>`. */
  readonly form: string;
  readonly commands: readonly Command[];
  /** Where the flag needs other words than the option. Plain text. */
  readonly description?: string;
  /** Of the help, where it is not `Options:`. */
  readonly heading?: string;
  /** What a flag without a value says; `true` unless it is here. */
  readonly means?: string;
}

/** The headings between the inputs of action.yml, in their order. */
export const INPUT_GROUPS = {
  step: 'What the step does',
  image: 'What to weigh',
  comparison: 'The comparison',
  jobs: 'Several jobs, one comment',
  budgets: 'Budgets, `450MB`, or with levels `warn 400MB, fail 450MB`',
  reports: 'Reports',
  cache: 'The build cache',
  build: 'The rest of docker/build-push-action, with the same meaning',
} as const;

/** The one declaration of an option. Commander, action.yml, the configuration schema and the pages are made from it. */
export interface Option<Value> {
  readonly kind: OptionKind<Value>;
  /** A sentence without its full stop. Markdown. */
  readonly description: string;
  /** Absent where the command line has no such option. */
  readonly flags?: readonly Flag[];
  /** Absent where the Action has no such input. */
  readonly input?: keyof typeof INPUT_GROUPS;
  /** What action.yml sets, where that is not what the kind takes for none. */
  readonly default?: string;
}

/** Options by their names: those of inputs and keys, and of most flags. */
export type OptionTable<Values> = { readonly [Name in keyof Values]: Option<Values[Name]> };

/** What the options of a table are read as. */
export type ValuesOf<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends Option<infer Value> ? Value : never;
};

/** What somebody gave, by the names of options. */
export interface GivenOptions {
  readonly texts: (name: string, option: Option<unknown>) => readonly string[];
  /** `The input push`. */
  readonly label: (name: string) => string;
}

/**
 * Options as the inputs of an Action give them.
 * @param input the text of an input; empty where it is not set
 */
export function givenInputs(input: (name: string) => string): GivenOptions {
  return {
    label: name => `The input ${name}`,
    texts(name, option) {
      const given = option.input === undefined ? '' : input(name);
      const text = option.kind.keepsSpace ? given : given.trim();
      if (given.trim() === '') return [];
      return option.kind.split?.(text) ?? [text];
    },
  };
}

/** @throws DeadweightError for what cannot be read */
export function readOptions<Values extends object>(table: OptionTable<Values>, given: GivenOptions): Values {
  const values: Partial<Values> = {};
  for (const name in table) {
    const option = table[name];
    values[name] = option.kind.read(given.texts(name, option), given.label(name));
  }
  if (!isWhole(values, table)) throw new Error('every option of a table is read');
  return values;
}

function isWhole<Values extends object>(
  values: Partial<Values>,
  table: OptionTable<Values>,
): values is Values {
  return Object.keys(table).every(name => Object.hasOwn(values, name));
}

/**
 * The error of an option whose text cannot be read.
 * @param name `The input push`
 * @param valid what may be written, to follow "Write"
 */
export function invalidOption(name: string, given: string, valid: string): DeadweightError {
  return new DeadweightError('usage', {
    message: `${name} is ${quote(given)}, which is invalid.`,
    remedy: `Write ${valid}.`,
  });
}

/** One line; empty where there is none. */
export const TEXT: OptionKind<string> = { read: texts => texts.at(-1) ?? '' };

export const OPTIONAL_TEXT: OptionKind<string | null> = { read: texts => texts.at(-1) ?? null };

/** The words of the YAML 1.2 core schema, as @actions/core reads booleans. */
export function boolean(otherwise: boolean): OptionKind<boolean> {
  return {
    default: String(otherwise),
    read(texts, name) {
      const given = texts.at(-1) ?? String(otherwise);
      if (['true', 'True', 'TRUE'].includes(given)) return true;
      if (['false', 'False', 'FALSE'].includes(given)) return false;
      throw invalidOption(name, given, 'true or false');
    },
  };
}

/** One of some words. */
export function choice<const Value extends string>(
  values: readonly Value[],
  otherwise: Value,
): SettingKind<Value> {
  return {
    default: otherwise,
    setting: schemas => schemas.enum(values),
    read(texts, name) {
      const given = texts.at(-1) ?? otherwise;
      const value = values.find(known => known === given);
      if (value !== undefined) return value;
      throw invalidOption(name, given, `one of ${values.join(', ')}`);
    },
  };
}

/** One of some words, or null where nothing is said: the file then has its say. */
export function optionalChoice<const Value extends string>(
  values: readonly Value[],
): SettingKind<Value | null> {
  const { setting, read } = choice<Value | ''>(values, '');
  return { setting, read: (texts, name) => (texts.length === 0 ? null : read(texts, name) || null) };
}

/**
 * @param split how an input's text is split into items; a flag gives one each time
 * @param otherwise the only item where none is given
 */
export function list(
  split: (text: string) => readonly string[],
  otherwise?: string,
): OptionKind<readonly string[]> {
  if (otherwise === undefined) return { split, read: texts => texts };
  return { split, default: otherwise, read: texts => (texts.length > 0 ? texts : [otherwise]) };
}
