import { isPlaceholder } from './placeholder.ts';

/** Words at the end of a name that say that its value is secret. */
const SECRET =
  /^(?:password|passwd|passphrase|pwd|pw|pass|bearer|creds?|secret|secrets|token|apikey|apitoken|credential|credentials|pat|authtoken|accesstoken|secretkey|privatekey|accesskey)$/;

/** Written together with what they are of: `PGPASSWORD`, `GITHUBTOKEN`, `SSHPASS`; not `BYPASS`, and no token of a text. */
const JOINED =
  /^(?!(?:no|change|reset|forgot)passw)[a-z\d]+(?:password|passwd)$|^(?:require|master)(?:pass|auth)$|^(?:activation|licen[cs]e|signing|encryption|private|auth|master)key$|^[a-z\d]+(?:apikey|secret)$|^(?!(?:pad|eos|bos|unk|sep|cls|mask|stop|next|page|sub|de|csrf|xsrf)token$)[a-z\d]+token$|^(?:ssh|db|database|my|mysql|maria|pg|postgres|sql|mongo|redis|s?ftp|smtp|imap|mail|ldap|https?|proxy|root|admin|user|git|svn|(?:src|dest)?(?:key|store)|trust(?:store)?|keystore|jks|cert|vnc|wifi|wpa|sudo|service|login|gpg|zip|app|api|rabbit|amqp|mq|web)(?:pass|pwd|pw)$/;

/** `…_KEY` is secret behind these: a public key, a GPG key's fingerprint and a cache's key are not. */
const KEY_OF =
  /^(?:api|access|secret|private|signing|encryption|encrypt|decryption|master|auth|account|storage|app|admin|service|license|jwt|session|cookie|hmac|aes|deploy|ssh|webhook|fernet|mailgun|sendgrid)$/;

/** Meant for everybody who opens the page: builders of pages put them into what browsers load. */
const PUBLIC =
  /(?:^|_)(?:public|publishable|pub)(?:_|$)|^(?:vite|react_app|gatsby|expo|vue_app|nuxt)_|firebase/;

/** With one of these the name says what is done about a secret: `--disabled-password`, `ALLOW_EMPTY_PASSWORD`. */
const SWITCH = new Set([
  'allow',
  'empty',
  'disable',
  'disabled',
  'no',
  'without',
  'skip',
  'require',
  'use',
  'hash',
  'hashed',
]);

/** Behind a name: which of several it is. */
const VARIANT =
  /^(?:v?\d+|prod|production|staging|stage|beta|alpha|live|old|new|default|primary|secondary|base64|b64)$/;

/**
 * Whether a variable, an argument, a label or a key of a file has a secret as its value by its name: `NPM_TOKEN`,
 * `dbPassword`, `spring.datasource.password`. What has the address, the file or the user of one has not: `TOKEN_URL`.
 */
export function namesSecret(name: string): boolean {
  if (name.length > 100) return false;
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(word => word !== '');
  while (words.length > 1 && VARIANT.test(words.at(-1) ?? '')) words.pop();
  if (PUBLIC.test(words.join('_')) || words.some(word => SWITCH.has(word))) return false;
  const last = (words.at(-1) ?? '').replace(/\d+$/, '');
  const before = words.at(-2) ?? '';
  if (last === 'key') return KEY_OF.test(before);
  if (last === 'base') return before === 'key' && words.at(-3) === 'secret';
  return SECRET.test(last) || JOINED.test(last);
}

/** Words at the end of a name that may have a login as its value, or say how somebody logs in: `basic`, `oauth2`. */
const LOGIN = /(?:^|[^a-z])(?:auth|auth_?ident|login|dsn|cookie|session|webhook|salt)$|^BUNDLE_\w+__\w+$/i;

/** Whether a name may have a secret as its value; the value decides, where it says too little. */
export function mayHoldSecret(name: string): boolean {
  return name.length <= 100 && (LOGIN.test(name) || namesSecret(name));
}

/** Shorter values are a part of too much else. */
const MIN_VALUE = 6;

/** Whether what is assigned to a name is a secret: by its name, where it is no placeholder, or by both of them. */
export function isSecretSetting(name: string, value: string): boolean {
  if (value.length < MIN_VALUE) return false;
  // Last what reads all of the value: in hostile texts each value may hold all of those behind it.
  return (namesSecret(name) || (LOGIN.test(name) && isLogin(value))) && !isPlaceholder(value, name);
}

/** `user:password`, or a token. */
function isLogin(value: string): boolean {
  const [, password] = /^[\w.@-]{1,60}:([^\s:/]{6,400})$/.exec(value) ?? [];
  if (password !== undefined) return looksMade(password) || /^[\w-]{16,}:x-oauth-basic$/.test(value);
  if (/^(?=[^\d]{0,400}\d)(?=[\d]{0,400}[a-f])[\da-f]{32,128}$/.test(value)) return true;
  return /^(?=[^\d]{0,400}\d)(?=[^a-z]{0,400}[a-z])(?=[^A-Z]{0,400}[A-Z])[\w+/=~-]{16,400}$/.test(value);
}

/** Whether a word is none of a sentence or of a program: it has a letter, and a digit or a sign that passwords have. */
export function looksMade(value: string): boolean {
  if (value.length > 4000 || /:\/\/|[({]|\$[A-Z_]|\\\d|^v?\d+\.\d|^[\w.-]+\.(?:[a-z]{2,4})$/.test(value))
    return false;
  return /[A-Za-z]/.test(value) && (/\d/.test(value) || /[!@#%^&*?~+]/.test(value.replace(/[!?]$/, '')));
}

/** Its user, its address and what else is told with it, too: `AWS_ACCESS_KEY_ID`, `TOKEN_1`, `NPM_AUTH`. */
const WITH_A_CREDENTIAL =
  /(?:TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE_?KEY|ACCESS_?KEY(?:_?ID)?|API_?KEY)S?(?:$|[^A-Za-z])|(?:^|_)(?:PAT|AUTH|AUTH_CONFIG)$/i;

/**
 * Whether the value of a variable or a build argument of the job is to be hidden by its name. Wider than what is told as a
 * finding: here it costs nothing to hide what is none. The folder of a shell is no password.
 */
export function namesCredential(name: string): boolean {
  return WITH_A_CREDENTIAL.test(name) || (namesSecret(name) && !/^(?:OLD)?PWD$/i.test(name));
}
