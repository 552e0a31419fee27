/** Where a program takes a password on its command line. */
export interface ProgramRule {
  /** A word that must follow: a command of the program. */
  readonly behind?: RegExp;
  /** Options whose next word it is. */
  readonly next?: RegExp;
  /** Options that it is written to, up to it. */
  readonly attached?: RegExp;
  /** Options with `user:password`, in the next word or written to it. */
  readonly login?: RegExp;
  /** That the last word is it, where so many words at least come behind the one that must follow. */
  readonly last?: number;
  /** Whether it follows the name of a setting. */
  readonly isSetting?: boolean;
}

const P = { next: /^-p$/, attached: /^["']?-p=?/ };
const RULES: readonly (readonly [programs: string, rule: ProgramRule])[] = [
  ['sshpass', P],
  [
    'mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlcheck mysqlpump mycli mariadb mariadb-dump mariadb-admin mariadb-check mariadb-import',
    { attached: /^["']?-p/ },
  ],
  ['mysqladmin mariadb-admin', { next: /^password$/ }],
  ['mongo mongosh mongodump mongorestore mongoimport mongoexport cqlsh', P],
  ['redis-cli', { next: /^-a$/ }],
  ['sqlcmd bcp', { next: /^-P$/, attached: /^["']?-P/ }],
  ['ldapsearch ldapadd ldapmodify ldapdelete ldappasswd', { next: /^-w$/, attached: /^["']?-w/ }],
  ['docker podman nerdctl buildah skopeo crane oras helm regctl az', { behind: /^["']?login\b/, ...P }],
  ['twine', { behind: /^["']?upload\b/, ...P }],
  ['curl', { login: /^["']?(?:-[fsSLkvigIGNnOJjlq46#]{0,12}[uU]|--(?:proxy-)?user=?)/ }],
  ['wget http https', { login: /^["']?(?:--user=?|-a)/ }],
  ['skopeo crane', { login: /^["']?--(?:src-|dest-)?creds=?/ }],
  ['dotnet nuget nuget.exe', { behind: /^["']?(?:nuget|sources?|push)\b/, next: /^(?:-p|-password)$/i }],
  ['dotnet nuget nuget.exe', { behind: /^["']?push\b/, next: /^(?:-k|-apikey)$/i }],
  [
    'keytool jarsigner apksigner',
    { next: /^--?(?:src|dest|new)?(?:store|key)pass(?:wd)?$/, attached: /^["']?--?(?:store|key)pass=/ },
  ],
  ['openssl', { attached: /^["']?pass:/, next: /^-k$/ }],
  ['openssl', { behind: /^["']?passwd$/, last: 1 }],
  ['useradd usermod', { next: /^-p$/ }],
  ['zip unzip', { next: /^-P$/, attached: /^["']?-P/ }],
  ['7z 7za 7zr 7zz rar unrar', { attached: /^["']?-h?p/ }],
  ['htpasswd mosquitto_passwd', { behind: /^-[a-zA-Z]{0,8}b/, last: 2 }],
  ['rabbitmqctl', { behind: /^(?:add_user|change_password)$/, last: 2 }],
  [
    'bundle bundler',
    { behind: /^["']?(?!build\.|local\.|mirror\.)[\w-]{1,80}(?:(?:\.|__)[\w-]{1,80}){1,6}["']?$/, last: 1 },
  ],
  [
    'composer poetry',
    {
      behind:
        /^["']?(?:http-basic|github-oauth|gitlab-oauth|gitlab-token|bearer|bitbucket-oauth|pypi-token)\./,
      last: 1,
    },
  ],
  ['mc', { behind: /^(?:set|add)$/, last: 4 }],
  ['cargo wandb snyk ngrok', { behind: /^(?:login|auth|authtoken|add-authtoken)$/, last: 1 }],
  [
    'aws npm yarn pnpm pip pip3 conda poetry composer git',
    { behind: /^(?:config|configure)$/, isSetting: true },
  ],
];

/** By the names of the programs. */
export const RULES_OF: ReadonlyMap<string, readonly ProgramRule[]> = rulesByName();

function rulesByName(): ReadonlyMap<string, readonly ProgramRule[]> {
  const rules = new Map<string, ProgramRule[]>();
  for (const [programs, rule] of RULES)
    for (const name of programs.split(' ')) rules.set(name, [...(rules.get(name) ?? []), rule]);
  return rules;
}

/** Most texts have none of them. */
export const PROGRAM_HINT = new RegExp(
  `\\b(?:chpasswd|sudo|(?:password-stdin|pass-stdin|with-token|stdin)|${[...RULES_OF.keys()].map(name => name.replaceAll('.', '\\.')).join('|')})\\b`,
);
