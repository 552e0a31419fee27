/** Where a program takes a password on its command line. */
export interface ProgramRule {
  /** Words that must follow, in this order: commands of the program. */
  readonly behind?: readonly RegExp[];
  /** A word that says that nothing is given on the command line. */
  readonly unless?: RegExp;
  /** Options whose next word it is. */
  readonly next?: RegExp;
  /** Options that it is written to, up to it. */
  readonly attached?: RegExp;
  /** Options with `user:password`, in the next word or written to it. */
  readonly login?: RegExp;
  /** What stands between user and password, where it is no colon. */
  readonly separator?: string;
  /** From which operand on it is one, 1-based, behind the last word that must follow. */
  readonly operand?: number;
  /** Whether it follows the name of a setting. */
  readonly isSetting?: boolean;
  /** Whether it is read from the standard input. */
  readonly isFed?: boolean;
}

const P = { next: /^-p$/, attached: /^-p=?/ };
const FED = { isFed: true };
const RULES: readonly (readonly [programs: string, rule: ProgramRule])[] = [
  ['sshpass', P],
  [
    'mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlcheck mysqlpump mycli mariadb mariadb-dump mariadb-admin mariadb-check mariadb-import',
    { attached: /^-p/ },
  ],
  ['mysqladmin mariadb-admin', { next: /^password$/ }],
  [
    'mongo mongosh mongodump mongorestore mongoimport mongoexport cqlsh cypher-shell influx couchbase-cli rabbitmqadmin doveadm npm-cli-login npm-cli-adduser',
    P,
  ],
  ['redis-cli', { next: /^(?:-a|requirepass|masterauth|auth)$/i }],
  ['sqlcmd bcp tsql isql', { next: /^-P$/, attached: /^-P/ }],
  ['isql', { operand: 3 }],
  ['ldapsearch ldapadd ldapmodify ldapdelete ldappasswd', { next: /^-w$/, attached: /^-w/ }],
  [
    'docker podman nerdctl buildah skopeo crane oras helm regctl az oc eas expo expo-cli',
    { behind: [/^login$/], ...P },
  ],
  ['twine vsce ovsx', { behind: [/^(?:upload|publish)$/], ...P }],
  ['curl', { login: /^(?:-[fsSLkvigIGNnOJjlq46#]{0,12}[uUE]|--(?:(?:proxy-)?user|cert)(?:=|$))/ }],
  ['wget http https', { login: /^(?:--user(?:=|$)|-a)/ }],
  ['skopeo crane', { login: /^--(?:src-|dest-)?creds(?:=|$)/ }],
  ['smbclient smbget rpcclient net', { login: /^(?:-U|--user(?:=|$))/, separator: '%' }],
  ['lftp open', { login: /^-u/, separator: ',' }],
  ['dotnet nuget nuget.exe', { behind: [/^(?:nuget|sources?|push)$/], next: /^(?:-p|-password)$/i }],
  ['dotnet nuget nuget.exe', { behind: [/^push$/], next: /^(?:-k|-apikey)$/i }],
  ['nuget nuget.exe', { next: /^setapikey$/i }],
  [
    'keytool jarsigner apksigner',
    { next: /^--?(?:src|dest|new)?(?:store|key)pass(?:wd)?$/, attached: /^--?(?:store|key)pass=/ },
  ],
  ['openssl', { attached: /^pass:/, next: /^-k$/ }],
  ['openssl', { behind: [/^passwd$/], unless: /^-(?:stdin|in)$/, operand: 1 }],
  ['openssl', { behind: [/^passwd$/, /^-stdin$/], ...FED }],
  ['useradd usermod', { next: /^-p$/ }],
  ['zip unzip', { next: /^-P$/, attached: /^-P/ }],
  ['7z 7za 7zr 7zz rar unrar', { attached: /^-h?p/ }],
  ['htpasswd mosquitto_passwd', { behind: [/^-[a-zA-Z]{0,8}b/], unless: /^-[a-zA-Z]{0,8}n/, operand: 3 }],
  ['htpasswd', { behind: [/^-(?=[a-zA-Z]{0,8}n)[a-zA-Z]{0,8}b/], operand: 2 }],
  ['htpasswd', { behind: [/^-[a-zA-Z]{0,8}i/], ...FED }],
  ['rabbitmqctl', { behind: [/^(?:add_user|change_password)$/], operand: 2 }],
  [
    'bundle bundler',
    {
      behind: [
        /^config$/,
        /^(?:https?:\/\/\S{1,200}|(?!build\.|local\.|mirror\.)[\w-]{1,80}(?:(?:\.|__)[\w-]{1,80}){1,6})$/,
      ],
      operand: 1,
    },
  ],
  ['composer poetry', { behind: [/^config$/, /^(?:http-basic|bitbucket-oauth)\./], operand: 2 }],
  [
    'composer poetry',
    { behind: [/^config$/, /^(?:git(?:hub|lab)-(?:oauth|token)|bearer|pypi-token)\./], operand: 1 },
  ],
  ['mc', { behind: [/^(?:alias|host)$/, /^(?:set|add)$/], operand: 4 }],
  ['cargo wandb vault', { behind: [/^login$/], unless: /^-$/, operand: 1 }],
  ['snyk ngrok', { behind: [/^(?:auth|authtoken|add-authtoken)$/], operand: 1 }],
  ['heroku', { behind: [/^auth:token$/], operand: 1 }],
  ['doctl', { behind: [/^auth$/], next: /^-t$/ }],
  ['grafana-cli grafana', { next: /^reset-admin-password$/ }],
  ['rclone', { behind: [/^obscure$/], operand: 1 }],
  ['ssh-keygen', { next: /^-[NP]$/, attached: /^-[NP]/ }],
  ['slappasswd', { next: /^-s$/ }],
  ['mkpasswd', { unless: /^(?:-s|--stdin)$/, operand: 1 }],
  ['steamcmd steamcmd.sh', { behind: [/^\+login$/], operand: 2 }],
  ['add-user.sh add-user-keycloak.sh', { ...P, operand: 2 }],
  ['neo4j-admin', { next: /^set-initial-password$/ }],
  ['pro ua ubuntu-advantage', { behind: [/^attach$/], operand: 1 }],
  ['setx crudini openstack-config etcdctl consul jq airflow nmcli', { isSetting: true }],
  ['x11vnc', { next: /^-(?:storepasswd|passwd)$/ }],
  ['net net.exe', { behind: [/^user$/i], operand: 2 }],
  [
    'aws npm yarn pnpm pip pip3 conda poetry composer git rclone',
    { behind: [/^(?:config|configure|set)$/], isSetting: true },
  ],
  ['gpg gpg2', { behind: [/^--passphrase-fd(?:=0)?$/], ...FED }],
  ['sudo', { behind: [/^-S$/], ...FED }],
  ['vault', { behind: [/^login$/, /^-$/], ...FED }],
  ['passwd smbpasswd vncpasswd tigervncpasswd saslpasswd2 kdb5_util kinit cryptsetup p4', FED],
];

/** By the names of the programs. */
export const RULES_OF: ReadonlyMap<string, readonly ProgramRule[]> = rulesByName();

function rulesByName(): ReadonlyMap<string, readonly ProgramRule[]> {
  const rules = new Map<string, ProgramRule[]>();
  for (const [programs, rule] of RULES)
    for (const name of programs.split(' ')) rules.set(name, [...(rules.get(name) ?? []), rule]);
  return rules;
}

/** Options of any program: what it reads is a password. */
export const FED_OPTION = /^--(?:password-stdin|pass-stdin|with-token|stdin)$/;

/** Most texts have none of them. */
export const PROGRAM_HINT = new RegExp(
  `\\b(?:chpasswd|(?:password-stdin|pass-stdin|with-token|stdin)|${[...RULES_OF.keys()].map(name => name.replaceAll('.', '\\.')).join('|')})\\b`,
);
