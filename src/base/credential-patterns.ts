import type { CredentialKind } from './credential-kinds.ts';

/** Where commands and what they write have credentials: the name that is assigned to, where there is one, and the value. */
export interface CredentialPattern {
  readonly kind: CredentialKind;
  /** With the groups `value` and, where there is one, `name`; or with `name` alone, up to where the value begins. */
  readonly pattern: RegExp;
  /** What each of its matches has: most texts have none, and are not searched for it. */
  readonly needs?: string;
  /** Whether what the name says decides. */
  readonly isByName?: boolean;
  /** Whether the value must look like one: what stands there is a word of a sentence or of a program otherwise. */
  readonly isByLook?: boolean;
}

/** In quotes, or up to what ends a word in a shell or an attribute in a list of them. */
export const VALUE =
  /\\"[^"\\\n]{1,4000}\\"|"(?:[^"\\\n]|\\.){1,4000}"|'[^'\n]{1,4000}'|(?:(?!,[A-Za-z_][\w-]{0,40}=|\\[nrt])(?:\\[ "'$&;]|[^\s"';&|<>()`])){1,4000}/y;

const NAME = '(?<name>[A-Za-z_][\\w.-]{0,80})';
const QUOTE = `\\\\?["']`;
/** `s/NAME/VALUE/` of sed. */
function replacedBy(sign: string): CredentialPattern {
  const text = `[^${sign}\\n]`;
  return {
    kind: 'password',
    needs: `s${sign.replace('\\', '')}`,
    pattern: new RegExp(
      `\\bs${sign}(?<name>${text}{1,120})${sign}(?:${text}{0,120}[\\s=:"'])?(?<value>[^\\s=:"'${sign}]{1,300})["']?${sign}`,
      'dg',
    ),
    isByName: true,
    isByLook: true,
  };
}

/** Each linear in the length of a text. */
export const CREDENTIAL_PATTERNS: readonly CredentialPattern[] = [
  // `NAME=…`, `-Dserver.password=…`, `;Password=…`.
  {
    kind: 'password',
    needs: '=',
    pattern: new RegExp(`(?<![\\w.$-])["']?(?:-J)?(?:-[DPVX])?${NAME}["']?=`, 'g'),
    isByName: true,
  },
  // `--password …`, `--password=…`, `-token …`, `"--password", "…"`.
  {
    kind: 'password',
    needs: '-',
    pattern: /(?<![\w-])--?(?<name>[a-z][a-z\d_.-]{1,60})(?:=|[ \t]{1,40}|["'],?\s{0,4}(?=["']))(?!-)/gi,
    isByName: true,
  },
  // `$password = '…'`, `$env:TOKEN='…'`, `os.environ['TOKEN'] = '…'`
  {
    kind: 'password',
    needs: '=',
    pattern: new RegExp(
      `(?:\\$(?:env:)?${NAME}|\\[${QUOTE}(?<key>[A-Za-z_][\\w.-]{0,80})${QUOTE}\\])[ \\t]{0,8}=[ \\t]{0,8}${QUOTE}(?<value>[^"'\\\\\\n]{1,4000})`,
      'dgi',
    ),
    isByName: true,
  },
  // `${TOKEN:-…}`
  {
    kind: 'password',
    needs: '${',
    pattern: new RegExp(`\\$\\{${NAME}:?[-=](?<value>[^\\s{}$"']{6,400})\\}`, 'dg'),
    isByName: true,
    isByLook: true,
  },
  // `password = '…'`
  {
    kind: 'password',
    needs: '=',
    pattern: new RegExp(
      `(?<![\\w$.-])${NAME}[ \\t]{1,8}=[ \\t]{0,8}${QUOTE}(?<value>[^"'\\\\\\n]{1,4000})`,
      'dg',
    ),
    isByName: true,
  },
  {
    kind: 'password',
    needs: '=',
    pattern: new RegExp(
      `(?<![\\w$.-])${NAME}[ \\t]{1,8}=[ \\t]{1,8}(?<value>[^\\s"'\\\\;&|()]{1,4000})`,
      'dg',
    ),
    isByName: true,
    isByLook: true,
  },
  // `{"password": "…"}`, and with its quotes escaped in a command; `{apiKey: '…'}`.
  {
    kind: 'password',
    pattern: new RegExp(
      `(?<![\\w$.-])(?:${QUOTE})?${NAME}(?:${QUOTE})?\\s{0,4}(?::|=>)\\s{0,4}${QUOTE}(?<value>[^"'\\\\\\n]{1,4000})`,
      'dg',
    ),
    isByName: true,
  },
  // `password: …`, as a line of a file.
  {
    kind: 'password',
    needs: ':',
    pattern: new RegExp(
      `(?<![\\w$.-])${NAME}[ \\t]{0,4}:[ \\t]{1,8}(?<value>[^\\s"'\\\\,;{}()]{6,4000})`,
      'dg',
    ),
    isByName: true,
    isByLook: true,
  },
  // `requirepass …`, `db.password …`: at the beginning of a text or a line.
  {
    kind: 'password',
    pattern:
      /(?<=^|["'\n]|\\n)(?<name>[A-Za-z][\w.-]{2,60})[ \t]{1,8}(?<value>[^\s"'\\;&|]{8,200})(?=["'\n\\]|$)/dg,
    isByName: true,
    isByLook: true,
  },
  // `define('DB_PASSWORD', '…')`
  {
    kind: 'password',
    needs: ',',
    pattern: new RegExp(
      `${QUOTE}${NAME}${QUOTE}\\s{0,4},\\s{0,4}${QUOTE}(?<value>[^"'\\\\\\n]{6,400})${QUOTE}`,
      'dg',
    ),
    isByName: true,
    isByLook: true,
  },
  // `<password>…</password>`, `key="password" value="…"`
  {
    kind: 'password',
    needs: '<',
    pattern: new RegExp(`<${NAME}>(?<value>[^<>\\n]{6,400})</`, 'dg'),
    isByName: true,
  },
  {
    kind: 'password',
    needs: '=',
    pattern: new RegExp(
      `\\b(?:key|name)=${QUOTE}${NAME}${QUOTE}\\s{1,8}value=${QUOTE}(?<value>[^"'\\\\\\n]{6,400})`,
      'dgi',
    ),
    isByName: true,
  },
  ...['/', '\\|', '#', ',', '@', '~', '!'].map(replacedBy),
  // `mysql-server/root_password password …`, of debconf.
  {
    kind: 'command-password',
    needs: 'password',
    pattern: /(?<=[\w.-]\/[\w./-]{1,80}[ \t]{1,8}password[ \t]{1,8})(?<value>[^\s"'\\|]{4,200})/dg,
  },
  // `X-API-Key: …`, `PRIVATE-TOKEN: …`.
  {
    kind: 'authorization-header',
    needs: ':',
    pattern:
      /(?<![\w-])(?<name>[A-Za-z]{1,20}(?:-[A-Za-z]{1,20}){0,3}-(?:key|token|secret|password))\s{0,4}:\s{0,4}(?<value>[^\s"'\\`]{1,4000})/dgi,
    isByName: true,
  },
  {
    kind: 'authorization-header',
    pattern:
      /(?<![\w-])(?:x-jfrog-art-api|x-auth|cookie\s{0,4}:\s{0,4}[\w.-]{0,40}(?:sess|sid|auth|token|jwt)[\w.-]{0,40}(?==))[:=]\s{0,4}(?<value>[^\s"'\\`;]{16,4000})/dgi,
    isByLook: true,
  },
  {
    kind: 'authorization-header',
    pattern:
      /authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:basic|bearer|token)\s{1,40}(?<value>[^\s"']{1,4000})/dgi,
  },
  {
    kind: 'authorization-header',
    pattern: /authorization["']?\s{0,4}:\s{0,4}["']?(?:[a-z]{2,20}\s{1,40})?(?<value>[^\s"']{16,4000})/dgi,
    isByLook: true,
  },
  // Of addresses that open by themselves.
  {
    kind: 'url-password',
    pattern: /[?&](?:sig|x-amz-signature|x-goog-signature)=(?<value>[^&\s"'\\]{16,1000})/dgi,
    isByLook: true,
  },
  // `user:password@tcp(host)`
  {
    kind: 'url-password',
    needs: '@',
    pattern: /(?<=^|["'=\s])[\w.-]{1,60}:(?<value>[^\s"'@:/]{4,200})@(?:tcp|udp|unix)\(/dg,
  },
  {
    kind: 'database-password',
    pattern:
      /\b(?:(?:password|crypt)\s{0,4}\(\s{0,4}\\?["']|password\s{1,4}[EN]?\\?'|(?:with|encrypted)\s{1,4}password\s{1,4}\\{0,3}"|password\s{1,4}\\?\$\\?\$)(?<value>[^'"\\\n$]{1,500})/dgi,
  },
  {
    kind: 'database-password',
    pattern:
      /\b(?:identified\s{1,4}(?:with\s{1,4}["']?\w{1,40}["']?\s{1,4})?(?:by|as)\s{1,4}(?:password\s{1,4})?|set\s{1,4}password\s{1,4}(?:for\s{1,4}[^=\n]{1,80})?=\s{0,4})\\?["'](?<value>[^'"\\\n]{1,500})/dgi,
  },
  {
    kind: 'npm-credentials',
    pattern:
      /(?<![\w-])(?<name>_authToken|_auth|_password)(?:=|[ \t]{1,4}=[ \t]{0,4})["']?(?<value>[^\s"']{1,1000})/dg,
  },
  {
    kind: 'netrc',
    // With line breaks, or with what `printf` makes of them.
    pattern:
      /(?:\b|\\[nt])login(?:\s|\\[nt]){1,8}[^\s\\]{1,200}(?:\s|\\[nt]){1,8}password(?:\s|\\[nt]){1,8}(?<value>[^\s"'\\]{1,500})/dg,
  },
  {
    kind: 'netrc',
    pattern: /\bmachine\s{1,4}\S{1,200}\s{1,8}login\s{1,8}(?<value>[\w-]{20,400})/dg,
    isByLook: true,
  },
  {
    kind: 'postgres-password',
    pattern:
      /(?<![\w:])[\w.*-]{1,100}:(?:\d{1,5}|\*):[\w*-]{1,60}:[\w*-]{1,60}:(?<value>[^\s"':\\]{4,200})/dg,
  },
  // `https://conda.anaconda.org/t/TOKEN/channel`
  { kind: 'url-password', pattern: /\bconda[\w.]{0,40}\/t\/(?<value>[\w-]{16,200})\//dg },
  {
    kind: 'composer-credentials',
    pattern: new RegExp(
      `${QUOTE}(?:github-oauth|gitlab-oauth|gitlab-token|bearer)${QUOTE}\\s{0,4}:\\s{0,4}\\{\\s{0,8}${QUOTE}[\\w.:-]{1,200}${QUOTE}\\s{0,4}:\\s{0,4}${QUOTE}(?<value>[^"'\\\\\\n]{6,400})`,
      'dg',
    ),
  },
  // `echo … > /etc/app/password`
  {
    kind: 'password',
    pattern:
      /\b(?:echo|printf)\s{1,4}(?:-[ne]{1,2}\s{1,4})?["']?(?<value>[^\s"'<>|;&]{6,400})["']?\s{0,4}(?:>{1,2}|\|\s{0,4}tee(?:\s-a)?)\s{0,4}[^\s;&|]{0,200}(?:password|passphrase|secret|token|vault[_-]?pass|master\.key)/dg,
    isByLook: true,
  },
  // What `expect` types where it is asked.
  {
    kind: 'command-password',
    pattern: /assword[^\n]{0,80}?\bsend\s{1,4}(?:--\s{1,4})?\\?["'](?<value>[^"'\\\n]{4,200})/dg,
  },
  {
    kind: 'command-password',
    pattern:
      /ConvertTo-SecureString\s{1,4}(?:-(?:String|AsPlainText|Force)\s{1,4}){0,3}["'](?<value>[^"'\n]{4,200})/dgi,
  },
];
