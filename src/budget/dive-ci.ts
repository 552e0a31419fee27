import type { Document, Node } from 'yaml';
import { isAlias, isMap, isNode, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import { DeadweightError, messageOf } from '../base/errors.ts';
import type { Budget } from './budget.ts';
import { DIVE_BUDGET_NAMES, DIVE_BUDGETS } from './budgets.ts';
import { parseGoBytes, parseGoFloat } from './go-number.ts';
import { SIZE } from './limit.ts';

const SWITCHED_OFF: ReadonlySet<string> = new Set(['', 'disabled', 'off', 'false']);

/** A file of three rules that is larger is no such file. UTF-16 units. */
const MAX_LENGTH = 256 * 1024;

/**
 * Reads a `.dive-ci` file as dive does: `rules:` with three thresholds, each of which may be switched off.
 * @param where the name that errors give the file
 * @returns the budgets of the rules that are on
 * @throws DeadweightError `config-invalid`, with the file and the line named
 */
export function parseDiveCi(text: string, where: string): Budget[] {
  const file = new DiveCiFile(text, where);
  const rules = file.rules(DIVE_BUDGET_NAMES.map(name => DIVE_BUDGETS[name].key));
  return DIVE_BUDGET_NAMES.flatMap((name): Budget[] => {
    const { key, whenAbsent, limit } = DIVE_BUDGETS[name];
    const { value: written, line } = rules.get(key) ?? { value: whenAbsent, line: 1 };
    if (SWITCHED_OFF.has(written.trim().toLowerCase())) return [];
    const isSize = limit === SIZE;
    const value = isSize ? parseGoBytes(written) : parseGoFloat(written);
    if (value === null) {
      throw file.invalid(
        line,
        `${key} is ${JSON.stringify(written)}, which is not a ${isSize ? 'size' : 'number'}`,
      );
    }
    if (!isSize && (value < 0 || value > 1)) {
      throw file.invalid(line, `${key} is ${written}, and must be from 0 to 1`);
    }
    // No value is above or below NaN, so dive lets every image pass: there is nothing to check.
    if (Number.isNaN(value)) return [];
    return [{ name, warn: null, fail: { value, unit: isSize ? 'bytes' : 'ratio' } }];
  });
}

/** A value as written: dive reads every value as text. */
interface DiveSetting {
  readonly value: string;
  /** 1-based. */
  readonly line: number;
}

/**
 * The YAML of a `.dive-ci` file, as Go's yaml.v3 fills a struct of texts from it: the first document only,
 * scalars by their source, a null as if it were not there, unknown keys ignored.
 */
class DiveCiFile {
  readonly #where: string;
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed | null;

  /**
   * @param where the name that errors give the file
   * @throws DeadweightError `config-invalid`
   */
  constructor(text: string, where: string) {
    this.#where = where;
    if (text.length > MAX_LENGTH) throw this.invalid(1, 'it is too large for a file of rules');
    this.#document = this.#parse(text);
  }

  /** @throws DeadweightError `config-invalid` when a value of one of the keys is no scalar */
  rules(keys: readonly string[]): ReadonlyMap<string, DiveSetting> {
    const settings = new Map<string, DiveSetting>();
    const rules = this.#entries(this.#document?.contents, 'the file').get('rules');
    for (const [key, value] of this.#entries(rules, 'rules')) {
      const node = this.#resolved(value);
      if (node === null || !keys.includes(key)) continue;
      if (!isScalar(node)) throw this.invalid(this.#line(node), `${key} must be a single value`);
      if (node.value === null) continue;
      settings.set(key, { value: node.source ?? String(node.value), line: this.#line(node) });
    }
    return settings;
  }

  invalid(line: number, problem: string, cause?: unknown): DeadweightError {
    return new DeadweightError('config-invalid', {
      message: `${this.#where}:${line}: ${problem}.`,
      remedy: 'Correct that line as dive documents its rules, or omit the file.',
      cause,
    });
  }

  #parse(text: string): Document.Parsed | null {
    let document: Document.Parsed | undefined;
    try {
      document = [...parseAllDocuments(text, { lineCounter: this.#lines, prettyErrors: false })][0];
    } catch (error) {
      // Nesting of any depth ends in a RangeError.
      throw this.invalid(1, `it cannot be read as YAML: ${messageOf(error)}`, error);
    }
    const problem = document?.errors[0];
    if (!problem) return document ?? null;
    const message = problem.message.replace(/\s+/g, ' ').replace(/\.$/, '');
    throw this.invalid(this.#lines.linePos(problem.pos[0]).line, message, problem);
  }

  #entries(value: unknown, name: string): ReadonlyMap<string, unknown> {
    const node = this.#resolved(value);
    if (node === null || (isScalar(node) && node.value === null)) return new Map();
    if (!isMap(node)) throw this.invalid(this.#line(node), `${name} must hold keys with values`);
    return new Map(node.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : '', value]));
  }

  #resolved(value: unknown): Node | null {
    if (!isAlias(value)) return isNode(value) ? value : null;
    return (this.#document && value.resolve(this.#document)) ?? null;
  }

  #line(node: Node): number {
    return node.range ? this.#lines.linePos(node.range[0]).line : 1;
  }
}
