import type { Document, Node } from 'yaml';
import { isAlias, isMap, isNode, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import { DeadweightError, messageOf } from '../base/errors.ts';

/** A value as written: dive reads every value as text. */
export interface DiveSetting {
  readonly value: string;
  /** 1-based. */
  readonly line: number;
}

/** A file of three rules that is larger is no such file. UTF-16 units. */
const LONGEST = 256 * 1024;

/**
 * The YAML of a `.dive-ci` file, as Go's yaml.v3 fills a struct of texts from it: the first document only,
 * scalars by their source, a null as if it were not there, unknown keys ignored.
 */
export class DiveCiFile {
  readonly #where: string;
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed | null;

  /**
   * @param where the name that errors give the file
   * @throws DeadweightError `config-invalid`
   */
  constructor(text: string, where: string) {
    this.#where = where;
    if (text.length > LONGEST) throw this.invalid(1, 'it is larger than a file of rules can be');
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
      remedy: 'Correct that line as dive documents its rules, or leave the file out.',
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
