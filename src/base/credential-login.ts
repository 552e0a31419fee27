/** Behind an `@`, what is no host: a digest, or the form in which our own messages write one. */
const NO_HOST = /sha\d+:|DIGEST\]/y;
/** Behind the first colon of an address: a port, and no password. */
const PORT = /\d+\//y;

/** Where a login is, from behind the `://` to the `@`. */
export interface Login {
  readonly start: number;
  readonly end: number;
}

/**
 * `user:password@` in front of a host; a port, a digest and the name of a package (`host:4873/@scope`) are none, nor
 * is the form in which our own messages write a reference: `docker://NAME[:TAG|@DIGEST]`. A password may be a token of any
 * length, and each character is read a few times at most, whatever looks like the beginning of one.
 */
export function loginsIn(word: string): readonly Login[] {
  const logins: Login[] = [];
  if (!word.includes('@')) return logins;
  const signFrom = signFinder(word);
  for (let scheme = word.indexOf('://'); scheme >= 0; ) {
    const start = scheme + 3;
    const end =
      (word[start] === '@' ? null : lastSign(word, start)) ?? signBehindSlash(word, start, signFrom);
    if (end !== null) logins.push({ start, end });
    scheme = word.indexOf('://', end ?? start);
  }
  return logins;
}

/** The last `@` from there to a slash that stands before a host; null where there is none. */
function lastSign(word: string, from: number): number | null {
  let last: number | null = null;
  for (let at = from; at < word.length && word[at] !== '/'; at += 1)
    if (word[at] === '@' && !startsAt(NO_HOST, word, at + 1)) last = at;
  return last;
}

/** The end of a login whose password has a slash; only one behind a user and a colon does. */
function signBehindSlash(
  word: string,
  start: number,
  signFrom: (at: number) => number | null,
): number | null {
  let colon = start;
  while (colon < word.length && !'/@:'.includes(word.charAt(colon))) colon += 1;
  if (word[colon] !== ':' || startsAt(PORT, word, colon + 1)) return null;
  return signFrom(colon + 1);
}

/** What `lastSign` finds from the next `@` on, which many addresses may have before them: it is looked for once. */
function signFinder(word: string): (at: number) => number | null {
  let [next, found]: [number, number | null] = [-1, null];
  return at => {
    if (next < at) {
      const sign = word.indexOf('@', at);
      next = sign < 0 ? word.length : sign;
      found = lastSign(word, next);
    }
    return found;
  };
}

export function startsAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** What an address stands in ends it: white space, quotes, and the brackets and bars of code and prose. */
const WORD = /[^\s'"`<>|]+/g;
/** In the place of a user, with no password behind it: long, or of all kinds of characters, as no name of a user is. */
const TOKEN =
  /^(?=[^\d]{0,400}\d)(?=[^A-Za-z]{0,400}[A-Za-z])(?:[\w~-]{20,400}|(?=[^a-z]{0,400}[a-z])(?=[^A-Z]{0,400}[A-Z])[\w~-]{12,20})$/;
/** The key in its addresses is meant for everybody. */
const PUBLIC_HOST = /^[\w.-]{0,100}sentry/i;

/** The secret parts of the logins of a text: passwords, and tokens in the place of a user. Linear. */
export function loginSecretsIn(text: string): readonly Login[] {
  if (!text.includes('://') || !text.includes('@')) return [];
  return [...text.matchAll(WORD)].flatMap(({ 0: word, index }) =>
    loginsIn(word).flatMap(({ start, end }) => {
      const login = word.slice(start, end);
      const colon = login.indexOf(':');
      const password = login.slice(colon + 1);
      // A token in the place of the user, as GitHub has it.
      const isUser = colon >= 16 && /^(?:x-oauth-basic)?$/.test(password);
      if (isUser) return [{ start: index + start, end: index + start + colon }];
      if (colon >= 0) return [{ start: index + start + colon + 1, end: index + end }];
      const isToken = TOKEN.test(login) && !PUBLIC_HOST.test(word.slice(end + 1, end + 120));
      return isToken ? [{ start: index + start, end: index + end }] : [];
    }),
  );
}
