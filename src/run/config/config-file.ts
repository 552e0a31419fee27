import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isMap, isScalar, visit } from 'yaml';
import { z } from 'zod';
import { findClosestWord } from '../../base/closest-word.ts';
import { DeadweightError, systemErrorCode, systemReason } from '../../base/errors.ts';
import { readInputFile, UnfitFile } from '../../base/input-file.ts';
import { pathInside } from '../../base/inside-path.ts';
import { lazy } from '../../base/lazy.ts';
import type { SettingSchemas } from '../../base/option.ts';
import { describeIssue, issuePath } from '../../base/schema-issue.ts';
import { printable } from '../../base/untrusted-text.ts';
import { YamlFile } from '../../base/yaml-file.ts';
import { mapOptionBudgets } from '../../budget/budgets.ts';
import { OPTIONS, type SettingName } from './options.ts';
import { ruleKeys, ruleOptions } from './rule-options.ts';

/** Looked for in the working directory when no file is named. */
export const CONFIG_FILE_NAMES = ['.deadweight.yml', '.deadweight.yaml'] as const;

const SCHEMAS: SettingSchemas = {
  enum: z.enum,
  literal: z.literal,
  number: z.number,
  string: z.string,
  union: z.union,
};

const limit = lazy(() =>
  z
    .union([z.string(), z.number()])
    .describe('A size (450MB, 1.5 GiB), a percentage (5%), a ratio (0.95) or a count'),
);

const levels = lazy(() =>
  z.strictObject({
    warn: limit().optional().describe('Shown in the report, does not fail'),
    fail: limit().optional().describe('Fails the run'),
  }),
);

const budget = lazy(() =>
  z.union([limit(), levels()], {
    error: 'must be a limit (450MB, 5%, 100), or levels: { warn: 400MB, fail: 450MB }',
  }),
);

const budgets = lazy(() =>
  z.strictObject(mapOptionBudgets(({ description }) => budget().optional().describe(description))),
);

/** `.deadweight.yml`. Unknown keys are errors: a misspelt budget would otherwise hold nothing. */
export const configSchema = lazy(() =>
  z
    .strictObject({
      ...Object.fromEntries(
        OPTIONS.flatMap(([name, { inFile, kind, description }]) =>
          inFile ? [[name, kind.setting(SCHEMAS).optional().describe(description)]] : [],
        ),
      ),
      budgets: budgets()
        .optional()
        .describe('What the image is held to: a limit, or two levels, for each budget'),
      rules: ruleOptions()
        .optional()
        .describe('What becomes of the findings of a rule: a level, or keys, for each rule'),
    })
    .describe('Deadweight configuration'),
);

/** A configuration file, or none. */
export interface LoadedConfig {
  /** Path of the file, as it is shown; null when there is none. */
  readonly path: string | null;
  /** What it says of an option, as a flag would; null where it says nothing. */
  readonly textOf: (name: SettingName) => string | null;
  readonly budgets: z.infer<ReturnType<typeof budgets>>;
  readonly rules: z.infer<ReturnType<typeof ruleOptions>>;
  /** `.deadweight.yml:3`, the line of a key of a mapping of the file. */
  readonly placeOf: (keys: readonly string[]) => string;
}

const MAX_ALIASES = 100;
/** Bytes of a configuration file or of dive's rules. Real ones have a few hundred. */
const MAX_CONFIG = 1024 * 1024;

const REMEDY = 'Correct that line.';

/**
 * Reads a file that the user wrote.
 * @param path as seen from the working directory
 * @returns null where there is none
 */
export type ReadConfigFile = (path: string) => Promise<string | null>;

/**
 * Reads files of the working copy. Throws what the file system does.
 * @param checkouts folders whose files may be anybody's: what is named in them is not read where a link leads out of them
 */
export function readCheckedOut(cwd: string, checkouts: readonly string[] = []): ReadConfigFile {
  return async path => {
    const named = resolve(cwd, path);
    try {
      if (isInside(checkouts, named)) {
        const folders = await Promise.all(checkouts.map(folder => realpath(folder)));
        if (!isInside(folders, await realpath(named))) {
          throw new UnfitFile('it is a link to a file outside of the checkout');
        }
      }
      return readInputFile(named, { maxBytes: MAX_CONFIG }).toString('utf8');
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return null;
      throw error;
    }
  };
}

function isInside(folders: readonly string[], path: string): boolean {
  return folders.some(folder => pathInside(folder, path) !== null);
}

/**
 * Reads the named file, or the one in the working directory, or nothing.
 * @throws DeadweightError `config-invalid`, with the line named
 */
export async function loadConfigFile(
  named: string | null,
  cwd: string,
  read = readCheckedOut(cwd),
): Promise<LoadedConfig> {
  for (const path of named === null ? CONFIG_FILE_NAMES : [named]) {
    const text = await readText(path, read);
    if (text !== null) return parseConfig(text, path);
  }
  if (named === null) return { path: null, textOf: () => null, budgets: {}, rules: {}, placeOf: () => '' };
  throw new DeadweightError('config-invalid', {
    message: `There is no configuration file ${named}.`,
    remedy: 'Correct the path, or omit the option to use .deadweight.yml where there is one.',
  });
}

async function readText(path: string, read: ReadConfigFile): Promise<string | null> {
  try {
    return await read(path);
  } catch (error) {
    if (error instanceof DeadweightError) throw error;
    throw new DeadweightError('config-invalid', {
      message: `The configuration file ${path} cannot be read: ${systemReason(error)}.`,
      remedy:
        'Give the path of a readable file, or omit the option to use .deadweight.yml where there is one.',
      cause: error,
    });
  }
}

/**
 * @param where the name that errors give the text
 * @throws DeadweightError `config-invalid`, with the line named
 */
export function parseConfig(text: string, where: string): LoadedConfig {
  const file = new YamlFile(text, where, REMEDY);
  const parsed = configSchema().safeParse(readValue(file) ?? {}, { error: describeIssue });
  if (parsed.success) {
    const values = new Map<string, unknown>(Object.entries(parsed.data));
    return {
      path: where,
      textOf: name => (values.get(name) === undefined ? null : String(values.get(name))),
      budgets: parsed.data.budgets ?? {},
      rules: parsed.data.rules ?? {},
      placeOf: keys => `${where}:${lineOf(file, keys)}`,
    };
  }
  const [issue] = parsed.error.issues;
  if (issue === undefined) throw file.invalid(1, 'this is no configuration', parsed.error);
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [...issue.path, ...unknown];
  const name = path.length === 0 ? 'the file' : printable(issuePath(path));
  const remedy = unknown[0] === undefined ? undefined : keyRemedy(unknown[0], issue.path);
  throw file.invalid(lineOf(file, path), `${name} ${issue.message}`, parsed.error, remedy);
}

/** What an unknown key may have been meant to be, and what the mapping may have. */
function keyRemedy(key: string, path: readonly PropertyKey[]): string {
  const known = knownKeys(path);
  const meant = findClosestWord(key, known);
  const isRule = path.length === 1 && path[0] === 'rules';
  // Too many to be read in a sentence.
  const names = isRule
    ? 'deadweight explain lists the rules'
    : `The keys there are ${known.slice(0, -1).join(', ')} or ${known.at(-1)}`;
  if (meant !== null) return `Correct that line: did you mean ${meant}? ${capital(names)}.`;
  return isRule
    ? `Correct that line: write the name of a rule; ${names}.`
    : `Correct that line: write one of ${names.replace('The keys there are ', '')}.`;
}

function capital(sentence: string): string {
  return sentence.replace(/^deadweight explain/, 'The command deadweight explain');
}

/** The keys of the mapping at a path: of the file, its budgets or one of those, its rules or one of those. */
function knownKeys([first, ...rest]: readonly PropertyKey[]): readonly string[] {
  if (first === undefined) return Object.keys(configSchema().shape);
  if (first === 'rules') return ruleKeys(rest.length === 0 ? 'rules' : 'setting');
  return Object.keys((rest.length === 0 ? budgets() : levels()).shape);
}

/** The whole file as a value. Aliases are counted, so that a small file cannot blow up into a large one. */
function readValue(file: YamlFile): unknown {
  const { document } = file;
  if (document === null) return null;
  if (file.documentCount > 1) throw file.invalid(1, 'this file holds more than one document');
  let aliases = 0;
  visit(document, {
    Alias(_key, alias) {
      aliases += 1;
      // Each takes a look at the whole document.
      if (aliases <= MAX_ALIASES && alias.resolve(document)) return;
      const problem =
        aliases > MAX_ALIASES
          ? `this file has more than ${MAX_ALIASES} aliases`
          : `nothing before this line is named &${printable(alias.source)}`;
      throw file.invalid(file.lineOf(alias), problem);
    },
  });
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    // A tag that its value does not fit, and too many aliases of aliases.
    throw file.invalid(1, 'the values of this file cannot be read', error);
  }
}

/** The line of the deepest key of the path that stands in the document. */
function lineOf(file: YamlFile, path: readonly PropertyKey[]): number {
  let node: unknown = file.document?.contents;
  let line = 1;
  for (const part of path) {
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === part) : undefined;
    if (!pair) return line;
    if (isScalar(pair.key)) line = file.lineOf(pair.key);
    node = pair.value;
  }
  return line;
}
