/** What a `.dockerignore` says, as BuildKit reads it (github.com/moby/patternmatcher). */
export class IgnoreFile {
  readonly #patterns: readonly Pattern[];
  /** Whether something below an excluded directory may be in the context all the same. */
  readonly hasExceptions: boolean;

  /** @param text of the file; empty where there is none */
  constructor(text: string) {
    this.#patterns = text
      .replace(/^\uFEFF/, '')
      .split('\n')
      .flatMap(readPattern);
    this.hasExceptions = this.#patterns.some(({ excepts }) => excepts);
  }

  /** What `decide` needs to know of the directory of the context itself. */
  get top(): IgnoreDecision {
    return { excluded: false, matched: this.#patterns.map(() => false) };
  }

  /**
   * Whether the last pattern that matches a path, or a directory above it, leaves it out.
   * @param path relative to the context, with slashes
   * @param parent what was decided of its directory
   */
  decide(path: string, parent: IgnoreDecision): IgnoreDecision {
    const matched = this.#patterns.map(
      ({ expression }, index) => parent.matched[index] || expression.test(path),
    );
    const last = matched.lastIndexOf(true);
    return { excluded: last >= 0 && this.#patterns[last]?.excepts === false, matched };
  }
}

/** Of one path. */
export interface IgnoreDecision {
  readonly excluded: boolean;
  /** Which patterns match it, or a directory above it. */
  readonly matched: readonly boolean[];
}

interface Pattern {
  /** `!pattern` */
  readonly excepts: boolean;
  readonly expression: RegExp;
}

/** Patterns that BuildKit refuses match nothing: the build fails anyway. */
function readPattern(line: string): readonly Pattern[] {
  if (line.startsWith('#')) return [];
  const word = line.trim();
  const excepts = word.startsWith('!');
  const path = cleanPattern(excepts ? word.slice(1).trim() : word);
  if (path === '' || path === '.') return [];
  try {
    return [{ excepts, expression: new RegExp(`^${expressionOf(path)}$`, 'su') }];
  } catch {
    return [];
  }
}

/** As Go's `filepath.Clean`, without the slash that a pattern may begin with. */
function cleanPattern(pattern: string): string {
  const parts: string[] = [];
  for (const part of pattern.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !pattern.startsWith('/')) parts.push(part);
  }
  return parts.join('/');
}

function expressionOf(pattern: string): string {
  let expression = '';
  for (let at = 0; at < pattern.length; ) {
    const rest = pattern.slice(at);
    const [token = ''] = /^(?:\*\*\/?|\\.|\[\^?(?:\\.|[^\]\\])+\]|.)/su.exec(rest) ?? [];
    at += token.length;
    if (token.startsWith('**')) expression += at === pattern.length ? '.*' : '(?:.*/)?';
    else if (token === '*') expression += '[^/]*';
    else if (token === '?') expression += '[^/]';
    else if (token.length > 1 && token.startsWith('[')) expression += classOf(token);
    else expression += escapeLiteral(token.startsWith('\\') && token.length > 1 ? token.slice(1) : token);
  }
  return expression;
}

/** A class of characters means the same in both, but for what may stand in it without a backslash. */
function classOf(token: string): string {
  return token
    .replace(/\\(.)|[[&|~]/gsu, (whole, escaped?: string) =>
      escaped === undefined ? (whole === '[' ? '\\[' : whole) : /[\\\]^-]/.test(escaped) ? whole : escaped,
    )
    .replace(/^\\\[/, '[');
}

function escapeLiteral(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
