import { join } from 'node:path';

/** The ignore file that a build goes by. */
export interface IgnoreSource {
  /** As reports name it; null where there is none. */
  readonly path: string | null;
  /** Empty where there is none. */
  readonly text: string;
}

/** What a `.dockerignore` says, as BuildKit reads it: the steps are those of github.com/moby/patternmatcher. */
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
    let excluded = false;
    const matched = this.#patterns.map(({ excepts, matches }, index) => {
      // A pattern that would change nothing is not looked at, and then counts as one that matches nothing below.
      const isMatch = parent.matched[index] || (excepts === excluded && matches(path));
      if (isMatch) excluded = !excepts;
      return isMatch;
    });
    return { excluded, matched };
  }

  /**
   * Whether a path is left out.
   * @param path relative to the context, with slashes; with one at its end for a directory
   */
  excludes(path: string): boolean {
    let decision = this.top;
    for (
      let slash = path.indexOf('/');
      slash > 0 && slash < path.length - 1;
      slash = path.indexOf('/', slash + 1)
    ) {
      decision = this.decide(path.slice(0, slash), decision);
    }
    return this.decide(path.replace(/\/$/, ''), decision).excluded;
  }
}

/** Of one path. */
export interface IgnoreDecision {
  readonly excluded: boolean;
  /** By pattern: whether it matches the path, or a directory above it. */
  readonly matched: readonly boolean[];
}

interface Pattern {
  /** `!pattern` */
  readonly excepts: boolean;
  readonly matches: (path: string) => boolean;
}

/** Patterns that BuildKit refuses match nothing: the build fails anyway. */
function readPattern(line: string): readonly Pattern[] {
  if (line.startsWith('#')) return [];
  const word = line.trim();
  const excepts = word.startsWith('!');
  const pattern = cleanPattern(excepts ? word.slice(1).trim() : word);
  return pattern === '' ? [] : [{ excepts, matches: matcherOf(pattern) }];
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

/** A pattern that begins or ends with `**` and has no other wildcard is compared by its end or its beginning. */
function matcherOf(pattern: string): (path: string) => boolean {
  if (!/[*?[\]\\]/.test(pattern)) return path => path === pattern;
  const ends = /^\*\*([^*?[\]\\]*)$/.exec(pattern)?.[1];
  if (ends !== undefined) {
    return path => path.endsWith(ends) || (ends.startsWith('/') && path === ends.slice(1));
  }
  const begins = /^([^*?[\]\\]*)\*\*$/.exec(pattern)?.[1];
  if (begins !== undefined) return path => path.startsWith(begins);
  try {
    const expression = new RegExp(`^${expressionOf(pattern)}$`, 's');
    return path => expression.test(path);
  } catch {
    return () => false;
  }
}

function expressionOf(pattern: string): string {
  return pattern.replace(/\*\*\/?$|\*\*\/?|\*|\?|\\.|[\\.+(){}|$]/gs, (token: string, at: number) => {
    if (token.startsWith('**')) return at + token.length === pattern.length ? '.*' : '(?:.*/)?';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    return token.startsWith('\\') && token.length > 1 ? token : `\\${token}`;
  });
}

/**
 * Where a build looks for its ignore file: beside the Dockerfile first, then in the context. The first that is a file
 * counts.
 * @param dockerfile as it is spelt on the disk
 */
export function ignoreFilePaths(dockerfile: string, context: string): readonly [string, string] {
  return [`${dockerfile}.dockerignore`, join(context, '.dockerignore')];
}
