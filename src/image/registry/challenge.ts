/** What a registry asks for before it answers. */
export type Challenge =
  | { readonly scheme: 'basic' }
  | {
      readonly scheme: 'bearer';
      /** Where tokens are given out. */
      readonly realm: string;
      readonly service: string | null;
    };

/** A scheme, or a parameter: `Bearer`, `realm="https://…"`, `realm=x`. */
const PART = /[\s,]*([A-Za-z][\w-]*)(=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/y;

/**
 * Reads a `WWW-Authenticate` header; of several challenges the one for a token wins. Null when none is understood.
 * https://distribution.github.io/distribution/spec/auth/token/
 */
export function parseChallenge(header: string | undefined): Challenge | null {
  const challenges = challengesIn(header ?? '');
  const parameters = challenges.get('bearer');
  const realm = parameters?.get('realm');
  if (parameters && realm) {
    return { scheme: 'bearer', realm, service: parameters.get('service') ?? null };
  }
  return challenges.has('basic') ? { scheme: 'basic' } : null;
}

/** Parameters by scheme, all in lower case. What follows something that is no challenge is not read. */
function challengesIn(header: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const challenges = new Map<string, Map<string, string>>();
  let parameters = new Map<string, string>();
  PART.lastIndex = 0;
  for (let part = PART.exec(header); part; part = PART.exec(header)) {
    const [, name = '', assigned, quoted, bare] = part;
    if (assigned === undefined) {
      parameters = new Map();
      challenges.set(name.toLowerCase(), parameters);
    } else {
      parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');
    }
  }
  return challenges;
}
