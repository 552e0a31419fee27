import { loginsIn, startsAt } from './credential-login.ts';
import { maskTextCredentials } from './text-credentials.ts';
import { TOKEN_LIKE } from './token-shapes.ts';

/**
 * Credentials as they are written into addresses, references and headers: messages end up in logs. What is known by its
 * value alone (a secret of the build, a token of the job) is run/secret-values.ts.
 */

/** Behind an `@`: of a reference, and no host. */
const DIGEST = /sha\d+:/y;
/** Between white space and quotes; only one with an `@` is looked into. */
const WORD = /[^\s'"]+/g;

/** `?X-Amz-Signature=…`, `&token=…`, `,secret_access_key=…`: of an address, or of attributes in commas. */
const PARAMETER =
  /([?&,;](?:[\w.-]*(?:token|secret|passw(?:or)?d|signature|credential|key|auth)s?(?:[_-]?id)?|sig|pat)=)[^&\s,;"'#]+/gi;

/** `Authorization: Basic …`, `"proxy-authorization":"Bearer …"`, up to the end of the line or the quotes: schemes have parameters. */
const HEADER =
  /(authorization["']?\s*[:=]\s*["']?(?:(?:basic|bearer|token|digest|negotiate)\s+)?)[^"'\r\n]+/gi;

/** A text without the credentials in its addresses and headers: a password has gone with its user, a parameter is `***`. */
export function withoutCredentials(text: string): string {
  // Logins first: a part of one may look like a credential by itself, and what is left would be no address any more.
  return maskTextCredentials(text.replace(WORD, withoutLogins))
    .replace(PARAMETER, '$1***')
    .replace(HEADER, '$1***')
    .replace(TOKEN_LIKE, '***');
}

function withoutLogins(word: string): string {
  let [rest, from] = ['', 0];
  for (const { start, end } of loginsIn(word)) {
    rest += word.slice(from, start);
    from = end + 1;
  }
  return rest + word.slice(from);
}

/**
 * A reference of an image without the credentials that people paste with its address: `docker://user:a/b@host/app`,
 * `TOKEN@host/app`. In front of a digest, and of what was meant as one (`app@latest`), stands no login.
 */
export function withoutLogin(reference: string): string {
  // There, `@` is what a store or an image ID is written with.
  if (reference.startsWith('containers-storage:')) return withoutCredentials(reference);
  const [, transport = '', rest = ''] =
    /^((?:[a-z][a-z0-9+.-]*:\/{1,2}|(?:[a-z]+-){1,2}[a-z]+:|podman:)?)(.*)$/is.exec(reference) ?? [];
  return withoutCredentials(transport + rest.replace(/^.*@(?!sha\d+:)(?=[^@]*[/.:])/s, ''));
}

/** The secret parts of an option's addresses and attributes: the passwords, what logs in without one, the parameters. */
export function credentialsIn(text: string): readonly string[] {
  const words = text.includes('@') ? (text.match(WORD) ?? []).filter(word => word.includes('@')) : [];
  const logins = words.flatMap(word => loginsIn(word).map(({ start, end }) => word.slice(start, end)));
  const secrets = logins.map(login => login.slice(login.indexOf(':') + 1));
  const parameters = [...text.matchAll(PARAMETER)].map(([match, name = '']) => match.slice(name.length));
  const bare = text.includes('@') ? barePasswords(text) : [];
  return [...secrets, ...parameters, ...bare]
    .flatMap(secret => [secret, decoded(secret)])
    .filter(secret => secret !== 'git');
}

/** Of references with a login but without a scheme, alone or as an attribute: `name=user:password@host/app`. */
function barePasswords(text: string): readonly string[] {
  const passwords: string[] = [];
  // What an `@` ends, and what stands before that: white space and other logins have none.
  for (const { index, 0: part } of text.matchAll(/[^\s@,]+/g)) {
    const end = index + part.length;
    if (text[end] !== '@' || startsAt(DIGEST, text, end + 1)) continue;
    const isWhole = index === 0 || text[index - 1] === ',';
    const password = passwordIn(isWhole ? part : part.slice(part.indexOf('=') + 1 || part.length));
    if (password !== '') passwords.push(password);
  }
  return passwords;
}

/** Behind the last colon of a user that begins the text or follows a `=`; empty where there is none. */
function passwordIn(text: string): string {
  for (let start = 0; start <= text.length; ) {
    const equals = text.indexOf('=', start);
    const value = text.slice(start, equals < 0 ? text.length : equals);
    const slash = value.indexOf('/');
    const user = slash < 0 ? value : value.slice(0, slash);
    const isColon = (at: number): boolean =>
      at >= 0 && start + at + 1 < text.length && !text.startsWith('//', start + at + 1);
    const last = user.lastIndexOf(':');
    const colon = isColon(last) ? last : user.slice(0, Math.max(last, 0)).lastIndexOf(':');
    if (isColon(colon) && !value.startsWith('containers-storage:')) return text.slice(start + colon + 1);
    if (equals < 0) return '';
    start = equals + 1;
  }
  return '';
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
