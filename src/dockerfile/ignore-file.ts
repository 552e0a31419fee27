import { join } from 'node:path';
import { compilePathPattern, type MatchAllowance, type PathMatcher } from './path-pattern.ts';

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
  readonly #allowance: MatchAllowance;
  /** The directories above the path that was asked for last, and what was decided of them: from the top down. */
  #above: readonly DecidedDirectory[] = [];
  #last = '';

  /**
   * @param text of the file; empty where there is none
   * @param maxSteps for all that is asked of it: one compares a part of a pattern with a character of a path
   */
  constructor(text: string, maxSteps = Number.POSITIVE_INFINITY) {
    this.#allowance = { steps: maxSteps };
    this.#patterns = text
      .replace(/^\uFEFF/, '')
      .split('\n')
      .flatMap(readPattern);
    this.hasExceptions = this.#patterns.some(({ excepts }) => excepts);
  }

  /** What `decide` needs to know of the directory of the context itself. */
  get top(): IgnoreDecision {
    return { excluded: false, matched: [] };
  }

  /**
   * Whether the last pattern that matches a path, or a directory above it, leaves it out.
   * @param path relative to the context, with slashes
   * @param parent what was decided of its directory
   */
  decide(path: string, parent: IgnoreDecision): IgnoreDecision {
    this.#allowance.steps -= this.#patterns.length * STEPS_PER_PATTERN;
    let excluded = false;
    const matched: number[] = [];
    let above = 0;
    for (const [index, { excepts, matches }] of this.#patterns.entries()) {
      const isAbove = parent.matched[above] === index;
      if (isAbove) above += 1;
      // A pattern that would change nothing is not looked at, and then counts as one that matches nothing below.
      if (!isAbove && (excepts !== excluded || !matches(path, this.#allowance))) continue;
      matched.push(index);
      excluded = !excepts;
    }
    return { excluded, matched };
  }

  /**
   * Whether a path is left out; null where the steps do not suffice to tell.
   * @param path relative to the context, with slashes; with one at its end for a directory
   */
  excludes(path: string): boolean | null {
    let shared = 0;
    while (shared < path.length && path.charAt(shared) === this.#last.charAt(shared)) shared += 1;
    const above = this.#above.filter(({ end }) => end < Math.min(shared, path.length - 1));
    let { end: slash, decision } = above.at(-1) ?? { end: -1, decision: this.top };
    for (
      slash = path.indexOf('/', slash + 1);
      slash > 0 && slash < path.length - 1 && this.#allowance.steps > 0;
      slash = path.indexOf('/', slash + 1)
    ) {
      decision = this.decide(path.slice(0, slash), decision);
      above.push({ end: slash, decision });
    }
    [this.#last, this.#above] = [path, above];
    if (this.#allowance.steps <= 0) return null;
    const { excluded } = this.decide(path.replace(/\/$/, ''), decision);
    return this.#allowance.steps > 0 ? excluded : null;
  }
}

/** What it takes to look at a pattern whose beginning or end tells that it does not match. */
const STEPS_PER_PATTERN = 8;

/** A directory above a path. */
interface DecidedDirectory {
  /** Where the path has the slash behind it. */
  readonly end: number;
  readonly decision: IgnoreDecision;
}

/** Of one path. */
export interface IgnoreDecision {
  readonly excluded: boolean;
  /** The patterns that match the path, or a directory above it, by their indexes: ascending. */
  readonly matched: readonly number[];
}

interface Pattern {
  /** `!pattern` */
  readonly excepts: boolean;
  readonly matches: PathMatcher;
}

/** Patterns that BuildKit refuses match nothing: the build fails anyway. */
function readPattern(line: string): readonly Pattern[] {
  if (line.startsWith('#')) return [];
  const word = line.trim();
  const excepts = word.startsWith('!');
  const pattern = cleanPattern(excepts ? word.slice(1).trim() : word);
  return pattern === '' ? [] : [{ excepts, matches: compilePathPattern(pattern) }];
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

/**
 * Where a build looks for its ignore file: beside the Dockerfile first, then in the context. The first that is a file
 * counts.
 * @param dockerfile as it is spelt on the disk
 */
export function ignoreFilePaths(dockerfile: string, context: string): readonly [string, string] {
  return [`${dockerfile}.dockerignore`, join(context, '.dockerignore')];
}

/**
 * The path of the ignore file that counts, where it is the Dockerfile's own; null where it is that of the context, which other
 * Dockerfiles share, or there is none.
 */
export function ownIgnoreFile(dockerfile: string, ignoreFile: IgnoreSource | null): string | null {
  // The first place alone depends on the Dockerfile.
  return ignoreFile?.path === ignoreFilePaths(dockerfile, '')[0] ? ignoreFile.path : null;
}
