/**
 * Credentials as they are written into addresses, references and headers: messages end up in logs. What is known by its
 * value alone (a secret of the build, a token of the job) is run/secret-values.ts.
 */

/**
 * `user:password@` in front of a host; a port, a digest and the name of a package (`host:4873/@scope`) are none, nor
 * is the form in which our own messages write a reference: `docker://NAME[:TAG|@DIGEST]`. Its parts are bounded, so that
 * the time does not grow with the square of what looks like the beginning of one.
 */
const LOGIN =
  /(:\/\/)(?:[^/@\s'"]{1,4000}@(?:[^/@\s'"]{0,4000}@)*|[^/@\s'":]{0,4000}:(?!\d+\/)[^@\s'"]{0,4000}@(?:[^/@\s'"]{0,4000}@)*)(?!sha\d+:|DIGEST\])/g;
/** Between white space and quotes; only one with an `@` is looked into. */
const WORD = /[^\s'"]+/g;

/** `?X-Amz-Signature=…`, `&token=…`, `,secret_access_key=…`: of an address, or of attributes in commas. */
const PARAMETER =
  /([?&,;](?:[\w.-]*(?:token|secret|passw(?:or)?d|signature|credential|key|auth)s?(?:[_-]?id)?|sig|pat)=)[^&\s,;"'#]+/gi;

/** `Authorization: Basic …`, `"proxy-authorization":"Bearer …"`, up to the end of the line or the quotes: schemes have parameters. */
const HEADER =
  /(authorization["']?\s*[:=]\s*["']?(?:(?:basic|bearer|token|digest|negotiate)\s+)?)[^"'\r\n]+/gi;

/** Tokens that say what they are: of GitHub, GitLab, Docker and npm. */
const TOKEN =
  /\b(?:gh[a-z]_[A-Za-z0-9]{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}|dckr_[a-z]{3}_[\w-]{16,}|npm_[A-Za-z0-9]{30,})/g;

/** A text without the credentials in its addresses and headers: a password has gone with its user, a parameter is `***`. */
export function withoutCredentials(text: string): string {
  return text
    .replace(WORD, withoutLogins)
    .replace(PARAMETER, '$1***')
    .replace(HEADER, '$1***')
    .replace(TOKEN, '***');
}

function withoutLogins(word: string): string {
  return word.includes('@') ? word.replace(LOGIN, '$1') : word;
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

/** A reference with a login but without a scheme, alone or as an attribute: `name=user:password@host/app`. */
const BARE_LOGIN =
  /(?:^|[=,])(?!containers-storage:)[^\s/@=,]{0,4000}:(?!\/\/)([^\s@,]{1,4000})@(?!sha\d+:)/g;

/** The secret parts of an option's addresses and attributes: the passwords, what logs in without one, the parameters. */
export function credentialsIn(text: string): readonly string[] {
  const words = text.includes('@') ? (text.match(WORD) ?? []).filter(word => word.includes('@')) : [];
  const logins = words.flatMap(word => [...word.matchAll(LOGIN)].map(([match]) => match.slice(3, -1)));
  const secrets = logins.map(login => login.slice(login.indexOf(':') + 1));
  const parameters = [...text.matchAll(PARAMETER)].map(([match, name = '']) => match.slice(name.length));
  const bare = [...(text.includes('@') ? text : '').matchAll(BARE_LOGIN)].map(
    ([, password = '']) => password,
  );
  return [...secrets, ...parameters, ...bare]
    .flatMap(secret => [secret, decoded(secret)])
    .filter(secret => secret !== 'git');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const OF_A_CREDENTIAL =
  /(?:TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE_?KEY|ACCESS_?KEY(?:_?ID)?|API_?KEY)S?(?:$|[^A-Za-z])|(?:^|_)(?:PAT|AUTH|AUTH_CONFIG)$/i;

/** Whether the name of a variable or a build argument says that it holds a credential: `NPM_TOKEN`, `AWS_SECRET_ACCESS_KEY`. */
export function namesCredential(name: string): boolean {
  return OF_A_CREDENTIAL.test(name);
}
