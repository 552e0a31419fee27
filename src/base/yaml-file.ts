import { type Document, type ErrorCode, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { DeadweightError } from './errors.ts';

/** A file of settings that is larger is no such file. UTF-16 units. */
const MAX_LENGTH = 256 * 1024;

/** The parser's own sentences are about its grammar. */
const PROBLEMS: Readonly<Partial<Record<ErrorCode, string>>> = {
  DUPLICATE_KEY: 'this key stands twice',
  TAB_AS_INDENT: 'a tab indents this line, and YAML takes spaces only',
  MISSING_CHAR: 'a quotation mark, a bracket or a comma is missing',
  BAD_INDENT: 'the indentation is invalid, or a bracket above is not closed',
  BAD_DQ_ESCAPE: 'an escape in quotation marks is invalid',
  BAD_SCALAR_START: 'this value begins with a character that needs quotation marks',
  MULTILINE_IMPLICIT_KEY: 'a key must stand on one line, with a colon behind it',
  BLOCK_AS_IMPLICIT_KEY: 'a key must stand on one line, with a colon behind it',
};

/** A small file of settings in YAML: its first document, and the lines that errors name. */
export class YamlFile {
  /** null where the text holds none. */
  readonly document: Document.Parsed | null;
  /** How many documents stand in the text. */
  readonly documentCount: number;
  readonly #where: string;
  readonly #remedy: string;
  readonly #lines = new LineCounter();

  /**
   * @param where the name that errors give the file
   * @param remedy what errors say to do
   * @throws DeadweightError `config-invalid`
   */
  constructor(text: string, where: string, remedy: string) {
    this.#where = where;
    this.#remedy = remedy;
    if (text.length > MAX_LENGTH) throw this.invalid(1, `this file is larger than ${MAX_LENGTH / 1024} KiB`);
    const documents = this.#parse(text);
    this.document = documents[0] ?? null;
    this.documentCount = documents.length;
    const problem = this.document?.errors[0];
    if (!problem) return;
    throw this.invalid(
      this.lineAt(problem.pos[0]),
      PROBLEMS[problem.code] ?? 'this is not valid YAML',
      problem,
    );
  }

  /**
   * An error at a line, 1-based.
   * @param problem a sentence without its full stop
   * @param remedy what to do about this one
   */
  invalid(line: number, problem: string, cause?: unknown, remedy = this.#remedy): DeadweightError {
    return new DeadweightError('config-invalid', {
      message: `${this.#where}:${line}: ${problem}.`,
      remedy,
      cause,
    });
  }

  /** The line of a place in the text, 1-based. */
  lineAt(offset: number): number {
    return this.#lines.linePos(offset).line;
  }

  /** The line on which a node begins, 1-based. */
  lineOf(node: Node): number {
    return node.range ? this.lineAt(node.range[0]) : 1;
  }

  #parse(text: string): readonly Document.Parsed[] {
    try {
      return [...parseAllDocuments(text, { lineCounter: this.#lines, prettyErrors: false })];
    } catch (error) {
      // Nesting of any depth ends in a RangeError.
      throw this.invalid(1, 'this is nested too deeply', error);
    }
  }
}
