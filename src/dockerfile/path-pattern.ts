/** Steps that are left for comparing paths with patterns: when there are none, nothing is compared any more. */
export interface MatchAllowance {
  steps: number;
}

/** Whether a path matches; false, too, where the allowance does not suffice, which then has no steps left. */
export type PathMatcher = (path: string, allowance: MatchAllowance) => boolean;

/**
 * Reads a pattern of an ignore file as github.com/moby/patternmatcher does, which makes a regular expression of it. The
 * time of a match grows with the length of the pattern times that of the path, whatever they are.
 */
export function compilePathPattern(pattern: string): PathMatcher {
  if (!/[*?[\]\\]/.test(pattern)) return path => path === pattern;
  // A pattern that begins or ends with `**` and has no other wildcard is compared by its end or its beginning.
  const ends = /^\*\*([^*?[\]\\]*)$/.exec(pattern)?.[1];
  if (ends !== undefined) {
    return path => path.endsWith(ends) || (ends.startsWith('/') && path === ends.slice(1));
  }
  const begins = /^([^*?[\]\\]*)\*\*$/.exec(pattern)?.[1];
  if (begins !== undefined) return path => path.startsWith(begins);
  const expression = expressionOf(pattern);
  try {
    // Only read, never run: its time could double with each wildcard.
    new RegExp(expression, 's');
  } catch {
    return () => false;
  }
  const parts = Array.from(expression.matchAll(PART), ([source]) => readPart(source)).flat();
  return matcherOf(parts);
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
 * The parts of an expression: directories, anything, a class, which a pattern with wildcards inside brackets may repeat,
 * an escape in its JavaScript forms, a character.
 */
const PART =
  /\(\?:\.\*\/\)\?|\.\*|\[(?:\\.|[^\]\\])*\]\*?|\\(?:x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|c[A-Za-z]|[0-3][0-7]{0,2}|[4-7][0-7]?|(?!c).)|./gs;

type Part =
  /** Goes on behind the next part, too. */
  | { readonly kind: 'option' }
  /** Any characters up to a slash. */
  | { readonly kind: 'through' }
  | { readonly kind: 'literal'; readonly character: string }
  | { readonly kind: 'one' | 'many'; readonly takes: (character: string) => boolean }
  | { readonly kind: 'place'; readonly holds: (path: string, at: number) => boolean };

function readPart(source: string): readonly Part[] {
  if (source === '(?:.*/)?') return [{ kind: 'option' }, { kind: 'through' }];
  if (source === '.*') return [{ kind: 'many', takes: () => true }];
  if (source === '[^/]*') return [{ kind: 'many', takes: character => character !== '/' }];
  if (source === '[^/]') return [{ kind: 'one', takes: character => character !== '/' }];
  if (source === '^') return [{ kind: 'place', holds: (_path, at) => at === 0 }];
  if (/^\\b$/i.test(source)) {
    const boundary = new RegExp(source, 'y');
    const holds = (path: string, at: number): boolean => {
      boundary.lastIndex = at;
      return boundary.test(path);
    };
    return [{ kind: 'place', holds }];
  }
  if (/^(?:\\[^\da-z]|.)$/is.test(source)) return [{ kind: 'literal', character: source.slice(-1) }];
  const isMany = source.startsWith('[') && source.endsWith('*');
  const one = new RegExp(`^${isMany ? source.slice(0, -1) : source}$`, 's');
  return [{ kind: isMany ? 'many' : 'one', takes: character => one.test(character) }];
}

/** What a pattern begins and ends with is compared first: it tells most paths apart. */
function matcherOf(parts: readonly Part[]): PathMatcher {
  const wild = parts.findIndex(({ kind }) => kind !== 'literal');
  const first = wild < 0 ? parts.length : wild;
  const last = parts.findLastIndex(({ kind }) => kind !== 'literal') + 1;
  const begin = textOf(parts.slice(0, first));
  const end = textOf(parts.slice(Math.max(first, last)));
  const rest = parts.slice(first, Math.max(first, last));
  return (path, allowance) => {
    const length = path.length - begin.length - end.length;
    if (length < 0 || !path.startsWith(begin) || !path.endsWith(end)) return false;
    const steps = (rest.length + 1) * (length + 1);
    allowance.steps = steps > allowance.steps ? 0 : allowance.steps - steps;
    return allowance.steps > 0 && matchParts(rest, path, begin.length, begin.length + length);
  };
}

function textOf(parts: readonly Part[]): string {
  return parts.map(part => (part.kind === 'literal' ? part.character : '')).join('');
}

/** Whether the parts take the characters from one place in a path to another, all ways at once. */
function matchParts(parts: readonly Part[], path: string, from: number, to: number): boolean {
  // Whether a part is where one of the ways has come to; the last is behind all parts.
  let [here, next] = [new Uint8Array(parts.length + 2), new Uint8Array(parts.length + 2)];
  here[0] = 1;
  let [low, high] = [0, 0];
  for (let at = from; ; at += 1) {
    const character = at < to ? path.charAt(at) : null;
    let [nextLow, nextHigh] = [parts.length + 1, -1];
    const goTo = (place: number): void => {
      next[place] = 1;
      nextLow = Math.min(nextLow, place);
      nextHigh = Math.max(nextHigh, place);
    };
    for (let place = low; place <= high; place += 1) {
      const part = parts[place];
      if (here[place] === 0 || part === undefined) continue;
      here[place] = 0;
      const isBehind =
        part.kind === 'option' || part.kind === 'many' || (part.kind === 'place' && part.holds(path, at));
      if (isBehind) {
        here[place + 1] = 1;
        if (part.kind === 'option') here[place + 2] = 1;
        high = Math.max(high, place + (part.kind === 'option' ? 2 : 1));
      }
      if (character === null) continue;
      if (part.kind === 'through') {
        goTo(place);
        if (character === '/') goTo(place + 1);
      } else if (part.kind === 'many') {
        if (part.takes(character)) goTo(place);
      } else if (part.kind === 'literal' ? part.character === character : isTaken(part, character)) {
        goTo(place + 1);
      }
    }
    if (character === null) return here[parts.length] === 1;
    here[parts.length] = 0;
    if (nextHigh < 0) return false;
    [here, next, low, high] = [next, here, nextLow, nextHigh];
  }
}

function isTaken(part: Part, character: string): boolean {
  return part.kind === 'one' && part.takes(character);
}
