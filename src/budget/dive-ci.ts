import type { Node } from 'yaml';
import { isAlias, isMap, isNode, isScalar } from 'yaml';
import { YamlFile } from '../base/yaml-file.ts';
import type { Budget } from './budget.ts';
import { DIVE_BUDGET_NAMES, DIVE_BUDGETS } from './budgets.ts';

const SWITCHED_OFF: ReadonlySet<string> = new Set(['', 'disabled', 'off', 'false']);

const REMEDY = 'Correct that line as dive documents its rules, or remove the file.';

/**
 * Reads a `.dive-ci` file as dive does: `rules:` with three thresholds, each of which may be switched off.
 * @param where the name that errors give the file
 * @returns the budgets of the rules that are on
 * @throws DeadweightError `config-invalid`, with the file and the line named
 */
export function parseDiveCi(text: string, where: string): Budget[] {
  const file = new YamlFile(text, where, REMEDY);
  const rules = readRules(file);
  return DIVE_BUDGET_NAMES.flatMap((name): Budget[] => {
    const { key, whenAbsent, threshold } = DIVE_BUDGETS[name];
    const { value: written, line } = rules.get(key) ?? { value: whenAbsent, line: 1 };
    if (SWITCHED_OFF.has(written.trim().toLowerCase())) return [];
    const fail = threshold.read(written);
    if (fail === null) {
      throw file.invalid(line, `${key} is ${JSON.stringify(written)}, which is not ${threshold.form}`);
    }
    // No value is above or below NaN, so dive lets every image pass: there is nothing to check.
    return Number.isNaN(fail.value) ? [] : [{ name, warn: null, fail }];
  });
}

/** A value as written: dive reads every value as text. */
interface DiveSetting {
  readonly value: string;
  /** 1-based. */
  readonly line: number;
}

/**
 * The rules of the file, as Go's yaml.v3 fills a struct of texts from it: the first document only, scalars by their
 * source, a null as if it were not there, unknown keys ignored.
 * @throws DeadweightError `config-invalid` when a value of a known key is no scalar
 */
function readRules(file: YamlFile): ReadonlyMap<string, DiveSetting> {
  const keys = DIVE_BUDGET_NAMES.map(name => DIVE_BUDGETS[name].key);
  const settings = new Map<string, DiveSetting>();
  const rules = entriesOf(file, file.document?.contents, 'the file').get('rules');
  for (const [key, value] of entriesOf(file, rules, 'rules')) {
    const node = resolveAlias(file, value);
    if (node === null || !keys.includes(key)) continue;
    if (!isScalar(node)) throw file.invalid(file.lineOf(node), `${key} must be a single value`);
    if (node.value === null) continue;
    settings.set(key, { value: node.source ?? String(node.value), line: file.lineOf(node) });
  }
  return settings;
}

function entriesOf(file: YamlFile, value: unknown, name: string): ReadonlyMap<string, unknown> {
  const node = resolveAlias(file, value);
  if (node === null || (isScalar(node) && node.value === null)) return new Map();
  if (!isMap(node)) throw file.invalid(file.lineOf(node), `${name} must hold keys with values`);
  return new Map(node.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : '', value]));
}

/** The node that an alias stands for. */
function resolveAlias({ document }: YamlFile, value: unknown): Node | null {
  if (!isAlias(value)) return isNode(value) ? value : null;
  return (document && value.resolve(document)) ?? null;
}
