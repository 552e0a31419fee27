import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Document } from 'yaml';
import { isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { DeadweightError, messageOf, systemErrorCode } from '../../base/errors.ts';
import { OPTION_BUDGETS } from '../../budget/budgets.ts';
import { OPTIONS } from './options.ts';

/** Looked for in the working directory when no file is named. */
const CONFIG_FILE_NAMES = ['.deadweight.yml', '.deadweight.yaml'] as const;

const limit = z
  .union([z.string(), z.number()])
  .describe('A size (450MB, 1.5 GiB), a percentage (5%), a ratio (0.95) or a count');

const budget = z.union(
  [
    limit,
    z.strictObject({
      warn: limit.optional().describe('Shown in the report, does not fail'),
      fail: limit.optional().describe('Fails the run'),
    }),
  ],
  { error: 'must be a limit (450MB, 5%, 100), or levels: { warn: 400MB, fail: 450MB }' },
);

const budgets = z.strictObject(
  Object.fromEntries(
    Object.entries(OPTION_BUDGETS).map(([name, { description }]) => [
      name,
      budget.optional().describe(description),
    ]),
  ),
);

/** `.deadweight.yml`. Unknown keys are errors: a misspelt budget would otherwise hold nothing. */
export const configSchema = z
  .strictObject({
    ...Object.fromEntries(
      OPTIONS.flatMap(([name, { setting, description }]) =>
        setting === undefined ? [] : [[name, setting.optional().describe(description)]],
      ),
    ),
    budgets: budgets
      .optional()
      .describe('What the image is held to: a limit, or two levels, for each budget'),
  })
  .describe('Deadweight configuration');

const budgetsOnly = z.object({ budgets: budgets.default({}) });

/** A configuration file, or none. */
export interface LoadedConfig {
  /** Path of the file, as it is shown; null when there is none. */
  readonly path: string | null;
  readonly config: Readonly<Record<string, unknown>>;
  readonly budgets: z.infer<typeof budgets>;
  /** `.deadweight.yml:3`, the line of a key of a mapping of the file. */
  readonly placeOf: (keys: readonly string[]) => string;
}

/** A configuration that is larger is no such file. UTF-16 units. */
const MAX_LENGTH = 256 * 1024;
const MAX_ALIASES = 100;

/**
 * Reads the named file, or the one in the working directory, or nothing.
 * @throws DeadweightError `config-invalid`, with the line named
 */
export async function loadConfigFile(named: string | null, cwd: string): Promise<LoadedConfig> {
  for (const path of named === null ? CONFIG_FILE_NAMES : [named]) {
    const text = await readText(path, cwd);
    if (text !== null) return parseConfig(text, path);
  }
  if (named === null) return { path: null, config: {}, budgets: {}, placeOf: () => '' };
  throw new DeadweightError('config-invalid', {
    message: `There is no configuration file ${named}.`,
    remedy: 'Correct the path, or omit the option to use .deadweight.yml where there is one.',
  });
}

async function readText(path: string, cwd: string): Promise<string | null> {
  try {
    return await readFile(resolve(cwd, path), 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw new DeadweightError('config-invalid', {
      message: `The configuration file ${path} cannot be read.`,
      remedy: 'Check its permissions, and that it is a file.',
      cause: error,
    });
  }
}

/**
 * @param where the name that errors give the text
 * @throws DeadweightError `config-invalid`, with the line named
 */
export function parseConfig(text: string, where: string): LoadedConfig {
  if (text.length > MAX_LENGTH) throw invalid(where, 1, 'it is too large for a configuration file');
  const lines = new LineCounter();
  const { document, value } = parseYaml(text, where, lines);
  const parsed = configSchema.safeParse(value ?? {});
  const line = (keys: readonly PropertyKey[]): number => lineOf(document, keys, lines);
  if (parsed.success) {
    const config = parsed.data;
    return {
      path: where,
      config,
      budgets: budgetsOnly.parse(config).budgets,
      placeOf: keys => `${where}:${line(keys)}`,
    };
  }
  const issue = parsed.error.issues[0];
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [...(issue?.path ?? []), ...keys];
  const problem = keys.length > 0 ? 'this key is unknown' : (issue?.message ?? 'it is invalid');
  const name = path.map(String).join('.');
  throw invalid(where, line(path), name ? `${name}: ${problem}` : problem);
}

function parseYaml(
  text: string,
  where: string,
  lines: LineCounter,
): { readonly document: Document.Parsed; readonly value: unknown } {
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const problem = document.errors[0];
    if (problem) throw invalid(where, lines.linePos(problem.pos[0]).line, problem.message);
    let aliases = 0;
    visit(document, {
      Alias(_key, alias) {
        aliases += 1;
        // Each takes a look at the whole document.
        if (aliases <= MAX_ALIASES && alias.resolve(document)) return;
        const line = lines.linePos(alias.range?.[0] ?? 0).line;
        throw invalid(
          where,
          line,
          aliases > MAX_ALIASES ? 'there are too many aliases' : `nothing is named &${alias.source} before`,
        );
      },
    });
    // Aliases are counted, so that a small file cannot blow up into a large value.
    return { document, value: document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch (error) {
    if (error instanceof DeadweightError) throw error;
    // Deep nesting ends in a RangeError, and so do too many aliases.
    throw invalid(where, 1, `it cannot be read as YAML: ${messageOf(error)}`);
  }
}

/** The line of the deepest key of the path that stands in the document. */
function lineOf(document: Document.Parsed, path: readonly PropertyKey[], lines: LineCounter): number {
  let node: unknown = document.contents;
  let line = 1;
  for (const part of path) {
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === part) : undefined;
    if (!pair) return line;
    if (isScalar(pair.key) && pair.key.range) line = lines.linePos(pair.key.range[0]).line;
    node = pair.value;
  }
  return line;
}

function invalid(where: string, line: number, problem: string): DeadweightError {
  return new DeadweightError('config-invalid', {
    message: `${where}:${line}: ${problem.replace(/\s+/g, ' ').replace(/\.$/, '')}.`,
    remedy: 'Correct that line; schema/config.schema.json describes every key.',
  });
}
