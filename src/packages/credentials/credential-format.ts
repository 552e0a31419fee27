import type { CredentialKind } from '../../base/credential-kinds.ts';
import { baseName } from '../../base/slash-path.ts';

/** A file that tools keep credentials in, known by its name. */
export interface CredentialFormat {
  readonly kind: CredentialKind;
  /** In small letters; `*.p12` by its ending, `.env.*` by its beginning, `*` by `within` alone. */
  readonly names: string;
  /** Of the whole path, where the name alone says too little. */
  readonly within?: RegExp;
  /** Of the name: those that are something else. */
  readonly except?: RegExp;
  /** Where the values stand, named `value`, behind a `key`; absent where the file as a whole is the credential, and of commands. */
  readonly pattern?: RegExp;
  /** Whether it has commands, which say where credentials stand. */
  readonly isCommands?: boolean;
  /** What the text must have, where files of other programs have the same name. */
  readonly needs?: RegExp;
  /** Whether only what is assigned to a name that says so counts. */
  readonly isByName?: boolean;
  /** Whether test data in its form is common, so that folders of tests are left out. */
  readonly isCommon?: boolean;
}

const ASSIGNED =
  /^[ \t]{0,40}(?:export[ \t]{1,8}|set[ \t]{1,8})?(?<key>[A-Za-z_][\w.-]{0,80})[ \t]{0,8}[=:][ \t]{0,8}(?<value>"[^"\n]{0,4000}"|'[^'\n]{0,4000}'|[^\s#][^\n#]{0,4000})/gm;
/** A password behind a user, or a token in the place of one. */
const LOGIN =
  /:\/\/(?:[^\s:@/]{0,200}:|(?=[^\s\d:@/]{0,200}\d)(?=[\w~-]{16}|[a-z\d~-]{0,16}[A-Z][\w~-]{11}))(?<value>[^\s@/]{1,500})@/g;
const WHOLE_LINE = /^(?<value>[\w.-]{20,400})[ \t\r]{0,8}$/gm;

/** A key in front of a value: `key = value`, `key: value`, `"key": "value"`. */
function keyed(keys: string): RegExp {
  return new RegExp(
    `(?<![\\w-])["']?(?<key>${keys})["']?[ \\t]{0,40}[=:][ \\t]{0,8}["']?(?<value>[^\\s"'#,]{1,4000})`,
    'gi',
  );
}

const ENVIRONMENT_FILES =
  '.env .envrc .env.* .dev.vars prod.env production.env secret.env secrets.env staging.env local.env';
const TEMPLATE = /\.(?:example|sample|template|dist|defaults?|schema|tpl)$/;

export const CREDENTIAL_FORMATS: readonly CredentialFormat[] = [
  { kind: 'npm-credentials', names: '.npmrc npmrc', pattern: keyed('_authToken|_auth|_password') },
  {
    kind: 'npm-credentials',
    names: '.yarnrc .yarnrc.yml .yarnrc.yaml',
    pattern: keyed('npmAuthToken|npmAuthIdent|_authToken'),
  },
  { kind: 'npm-credentials', names: '.bunfig.toml bunfig.toml', pattern: keyed('token|password') },
  { kind: 'pypi-token', names: '.pypirc', pattern: keyed('password') },
  { kind: 'pip-credentials', names: 'pip.conf pip.ini uv.toml .pip.conf', pattern: LOGIN },
  { kind: 'pip-credentials', names: 'auth.toml', within: /(?:^|\/)pypoetry\//, pattern: keyed('password') },
  { kind: 'netrc', names: '.netrc _netrc', pattern: /(?<key>password)\s{1,20}(?<value>[^\s]{1,500})/g },
  { kind: 'git-credentials', names: '.git-credentials', pattern: LOGIN },
  { kind: 'git-credentials', names: 'credentials', within: /(?:^|\/)\.config\/git\//, pattern: LOGIN },
  {
    kind: 'ci-token',
    names: 'config .gitconfig gitconfig',
    within: /(?:^|\/)(?:\.git(?:\/modules\/.{1,200})?\/config|\.?gitconfig|\.config\/git\/config)$/,
    pattern:
      /(?<key>extraheader)[ \t]{0,8}=[ \t]{0,8}"?authorization:[ \t]{0,8}(?:basic|bearer|token)[ \t]{1,8}(?<value>[^\s"]{1,4000})/gi,
  },
  {
    kind: 'git-credentials',
    names: 'config .gitconfig gitconfig',
    within: /(?:^|\/)(?:\.git(?:\/modules\/.{1,200})?\/config|\.?gitconfig|\.config\/git\/config)$/,
    pattern: LOGIN,
  },
  {
    kind: 'registry-credentials',
    names: 'config.json .dockercfg dockercfg .dockerconfigjson auth.json',
    within:
      /(?:^|\/)(?:\.docker\/config\.json|kaniko\/\.docker\/config\.json|\.?dockercfg|\.dockerconfigjson|containers\/auth\.json)$/,
    pattern: keyed('auth|identitytoken|registrytoken|password'),
  },
  {
    kind: 'aws-credentials',
    names: 'credentials config',
    within: /(?:^|\/)\.aws\/(?:credentials|config)$/,
    pattern: keyed('aws_secret_access_key|aws_session_token'),
  },
  {
    kind: 'aws-credentials',
    names: '*.json',
    within: /(?:^|\/)\.aws\/(?:sso|cli)\/cache\//,
    pattern: keyed('accessToken|clientSecret|SecretAccessKey'),
  },
  {
    kind: 's3-credentials',
    names: '.s3cfg .boto boto.cfg .passwd-s3fs',
    pattern: keyed(
      'secret_key|aws_secret_access_key|gs_secret_access_key|gs_oauth2_refresh_token|access_token',
    ),
  },
  { kind: 's3-credentials', names: 'config.json', within: /(?:^|\/)\.mc\//, pattern: keyed('secretKey') },
  {
    kind: 'gcp-credentials',
    names: 'application_default_credentials.json adc.json',
    pattern: keyed('private_key|refresh_token|client_secret'),
  },
  { kind: 'gcp-credentials', names: 'credentials.db access_tokens.db', within: /(?:^|\/)gcloud\// },
  {
    kind: 'azure-credentials',
    names: 'accesstokens.json msal_token_cache.json service_principal_entries.json azureprofile.json',
    within:
      /(?:^|\/)\.azure\/(?:accesstokens|msal_token_cache|service_principal_entries|azureprofile)\.json$/i,
    pattern: keyed('accessToken|refreshToken|secret|client_secret|clientSecret|servicePrincipalKey'),
  },
  {
    kind: 'kubernetes-credentials',
    names:
      'config kubeconfig *.kubeconfig kubeconfig.yaml kubeconfig.yml admin.conf super-admin.conf kubelet.conf',
    within: /(?:^|\/)(?:\.kube\/config|[^/]*kubeconfig[^/]*|etc\/kubernetes\/[\w-]+\.conf)$/,
    pattern: keyed('client-key-data|token|password'),
  },
  {
    kind: 'postgres-password',
    names: '.pgpass pgpass pgpass.conf',
    pattern: /^(?:[^:\n#][^:\n]{0,200}:){4}(?<value>[^\s]{1,500})/gm,
  },
  {
    kind: 'mysql-password',
    names: '.my.cnf my.cnf',
    pattern: /^[ \t]{0,8}(?<key>password)[ \t]{0,8}=[ \t]{0,8}["']?(?<value>[^\s"'#]{1,500})/gm,
  },
  {
    kind: 'terraform-secret',
    names: '*.tfstate terraform.tfstate.backup',
    pattern: keyed('[a-z_]{0,60}(?:password|secret|token|private_key|private_key_pem|access_key)'),
  },
  {
    kind: 'terraform-token',
    names: 'credentials.tfrc.json .terraformrc terraform.rc',
    pattern: keyed('token'),
  },
  { kind: 'terraform-secret', names: '*.tfvars', pattern: ASSIGNED, isByName: true, isCommon: true },
  {
    kind: 'env-secret',
    names: ENVIRONMENT_FILES,
    except: TEMPLATE,
    pattern: ASSIGNED,
    isByName: true,
    isCommon: true,
  },
  {
    kind: 'env-secret',
    names: 'environment',
    within: /^etc\/environment$/,
    pattern: ASSIGNED,
    isByName: true,
  },
  {
    kind: 'env-secret',
    names: ENVIRONMENT_FILES,
    except: TEMPLATE,
    pattern: /[?;&](?<key>password|pwd)=(?<value>[^\s"'&;]{1,500})/gi,
    isByName: true,
    isCommon: true,
  },
  { kind: 'env-secret', names: '.renviron', pattern: ASSIGNED, isByName: true },
  {
    kind: 'password',
    names: '.bashrc .profile .bash_profile .bash_login .zshrc .zshenv .zprofile',
    isCommands: true,
  },
  { kind: 'password', names: '*.sh', within: /^etc\/profile\.d\//, isCommands: true },
  {
    kind: 'netrc',
    names: 'auth.conf *.conf',
    within: /^etc\/apt\/auth\.conf(?:\.d\/|$)/,
    pattern: /(?<key>password)\s{1,20}(?<value>[^\s]{1,500})/g,
  },
  { kind: 'url-password', names: '*.list *.sources', within: /^etc\/apt\//, pattern: LOGIN },
  { kind: 'url-password', names: '*.repo', within: /^etc\/(?:yum\.repos\.d|zypp)\//, pattern: LOGIN },
  {
    kind: 'cli-login',
    names: '*.repo',
    within: /^etc\/(?:yum\.repos\.d|zypp)\//,
    pattern: keyed('password'),
  },
  { kind: 'url-password', names: '.condarc condarc', pattern: LOGIN },
  { kind: 'url-password', names: '.condarc condarc', pattern: /\/t\/(?<value>[\w-]{16,200})\//g },
  {
    kind: 'maven-password',
    names: '.credentials credentials',
    within: /(?:^|\/)\.(?:sbt|ivy2)\//,
    pattern: keyed('password'),
  },
  { kind: 'cli-login', names: '.smbcredentials smbcredentials .smbcreds', pattern: keyed('password') },
  {
    kind: 'cli-login',
    names: 'ssmtp.conf .msmtprc msmtprc',
    pattern: /^[ \t]{0,8}(?<key>AuthPass|password)[ \t=]{1,8}(?<value>[^\s]{1,500})/gim,
  },
  {
    kind: 'cli-login',
    names: 'sasl_passwd',
    pattern: /^[^\s#]{1,200}[ \t]{1,20}[^\s:]{1,200}:(?<value>[^\s]{1,500})/gm,
  },
  {
    kind: 'cli-login',
    names: 'chap-secrets pap-secrets',
    pattern:
      /^[ \t]{0,8}["']?[^\s#"']{1,200}["']?[ \t]{1,20}[^\s#]{1,200}[ \t]{1,20}["']?(?<value>[^\s"']{1,500})/gm,
  },
  {
    kind: 'private-key',
    names: '*.conf',
    within: /(?:^|\/)wireguard\//,
    pattern: /^[ \t]{0,8}(?<key>PrivateKey|PresharedKey)[ \t]{0,8}=[ \t]{0,8}(?<value>[A-Za-z0-9+/]{43}=)/gim,
  },
  {
    kind: 'command-password',
    names: '.bash_history .zsh_history .ash_history .sh_history .history',
    isCommands: true,
  },
  {
    kind: 'cli-login',
    names: '.curlrc _curlrc',
    pattern:
      /^[ \t]{0,8}(?:-u|-{0,2}(?<key>user|proxy-user))[ \t]{0,8}[=: \t][ \t]{0,8}"?[^\s":]{1,200}:(?<value>[^\s"]{1,500})/gm,
  },
  { kind: 'cli-login', names: '.wgetrc wgetrc', pattern: keyed('(?:http_|ftp_|proxy_)?password') },
  {
    kind: 'cli-login',
    names: '.hgrc hgrc',
    pattern: /\.(?<key>password)[ \t]{0,8}=[ \t]{0,8}(?<value>[^\s]{1,500})/g,
  },
  { kind: 'cli-login', names: '.hgrc hgrc', pattern: LOGIN },
  {
    kind: 'cli-login',
    names: '*',
    within: /(?:^|\/)\.?subversion\/auth\/svn\.[\w.]{1,20}\/[0-9a-f]{1,64}$/,
    pattern: /^(?<key>password|passphrase)\r?\nV \d{1,4}\r?\n(?<value>[^\n]{1,500})/gm,
  },
  {
    kind: 'url-password',
    names: ENVIRONMENT_FILES,
    except: TEMPLATE,
    pattern:
      /^[ \t]{0,40}(?:export[ \t]{1,8})?(?<key>[A-Za-z_][\w.-]{0,80})=["']?[a-z][a-z\d+.-]{1,30}:\/\/[^\s:@/]{0,200}:(?<value>[^\s@/]{1,500})@/gm,
    isCommon: true,
  },
  {
    kind: 'maven-password',
    names: 'settings.xml settings-security.xml',
    within: /(?:^|\/)(?:\.m2|conf|maven[^/]*)\/settings(?:-security)?\.xml$/,
    pattern: /<(?<key>password|passphrase|master)>\s{0,40}(?<value>[^<\s]{1,4000})/g,
  },
  { kind: 'gradle-credentials', names: 'gradle.properties', pattern: ASSIGNED, isByName: true },
  {
    kind: 'cli-login',
    names:
      'config.yaml config.yml config.json credentials.json auth.json cli.yml repositories.yaml default.toml access-token',
    within:
      /(?:^|\/)(?:doctl\/config\.yaml|\.pulumi\/credentials\.json|\.fly\/config\.yml|\.netlify\/config\.json|(?:\.vercel|com\.vercel\.cli)\/auth\.json|\.circleci\/cli\.yml|\.travis\/config\.yml|helm\/registry\/config\.json|helm\/repositories\.yaml|\.wrangler\/config\/default\.toml|\.supabase\/access-token)$/,
    pattern: keyed('access-token|access_?token|token|auth|password|oauth_token|refresh_token'),
  },
  {
    kind: 'composer-credentials',
    names: 'auth.json',
    // Translations have the name, too.
    needs: /"(?:http-basic|github-oauth|gitlab-oauth|gitlab-token|bitbucket-oauth|bearer|forgejo-token)"/,
    isCommon: true,
    pattern: keyed('password|consumer-secret|token|[\\w-]{1,80}(?:\\.[\\w-]{1,80}){1,6}'),
  },
  {
    kind: 'nuget-credentials',
    names: 'nuget.config',
    pattern: /<add\s{1,8}key="(?<key>ClearTextPassword|Password)"\s{1,8}value="(?<value>[^"]{1,1000})"/gi,
  },
  {
    kind: 'cargo-token',
    names: 'credentials credentials.toml',
    within: /(?:^|\/)\.?cargo\/credentials(?:\.toml)?$/,
    pattern: keyed('token|secret-key'),
  },
  {
    kind: 'rubygems-key',
    names: 'credentials',
    within: /(?:^|\/)\.?gem\/credentials$/,
    pattern:
      /^[ \t]{0,8}:?(?<key>[\w-]{0,80}api_key[\w-]{0,40})[ \t]{0,8}:[ \t]{0,8}(?<value>[^\s]{1,500})/gm,
  },
  {
    kind: 'bundler-credentials',
    names: 'config',
    within: /(?:^|\/)\.bundle\/config$/,
    pattern:
      // Two underscores stand for a dot: it is a host. Looked for once, as a row of them can be parted in any way.
      /^(?<key>BUNDLE_(?!BUILD_|MIRROR_|LOCAL_)(?=[A-Z0-9_]{1,200}?__)[A-Z0-9_]{1,400}):[ \t]{0,8}"?(?<value>[^\s"]{4,500})/gm,
  },
  {
    kind: 'rclone-credentials',
    names: 'rclone.conf .rclone.conf',
    pattern:
      /^[ \t]{0,8}(?<key>pass|password|token|secret_access_key|client_secret|sas_url|account_key)[ \t]{0,8}=[ \t]{0,8}(?<value>[^\n]{4,4000})/gm,
  },
  {
    kind: 'github-cli-login',
    names: 'hosts.yml hosts.yaml hub',
    within: /(?:^|\/)(?:gh\/hosts\.ya?ml|\.config\/hub)$/,
    pattern: keyed('oauth_token'),
  },
  {
    kind: 'gitlab-token',
    names: 'config.yml config.yaml',
    within: /(?:^|\/)glab-cli\//,
    pattern: keyed('token'),
  },
  { kind: 'vault-token', names: '.vault-token', pattern: WHOLE_LINE },
  {
    kind: 'rails-key',
    names: 'master.key production.key staging.key',
    within: /(?:^|\/)config\/(?:credentials\/)?[a-z]+\.key$/,
    pattern: /^(?<value>[0-9a-f]{32})[ \t\r]{0,8}$/gm,
  },
  {
    kind: 'database-password',
    names: 'wp-config.php',
    pattern:
      /define\(\s{0,8}['"](?<key>DB_PASSWORD|[A-Z_]{0,40}AUTH_KEY|LOGGED_IN_KEY|NONCE_KEY)['"]\s{0,8},\s{0,8}['"](?<value>[^'"\n]{1,500})['"]/g,
  },
  {
    kind: 'database-password',
    names: 'database.yml secrets.yml database.yaml secrets.yaml',
    within: /(?:^|\/)config\/[a-z]+\.ya?ml$/,
    pattern: keyed('password|secret_key_base'),
    isCommon: true,
  },
  {
    kind: 'cli-login',
    names: '.databrickscfg kaggle.json .msmtprc msmtprc .cdsapirc',
    pattern: keyed('token|key|password'),
  },
  { kind: 'gpg-key', names: 'secring.gpg' },
  { kind: 'gpg-key', names: '*.key', within: /(?:^|\/)\.?gnupg\/private-keys-v1\.d\// },
  { kind: 'keystore', names: '*.p12 *.pfx *.jks *.keystore', except: /trust|cacerts/, isCommon: true },
];

const EXACT = new Map<string, CredentialFormat[]>();
const BY_ENDING = new Map<string, CredentialFormat[]>();
const BY_BEGINNING: (readonly [string, CredentialFormat])[] = [];
/** In a folder that says it; of the few whose files have no names. */
const BY_FOLDER: CredentialFormat[] = [];
for (const format of CREDENTIAL_FORMATS) {
  for (const name of format.names.split(' ')) {
    if (name === '*') BY_FOLDER.push(format);
    else if (name.endsWith('*')) BY_BEGINNING.push([name.slice(0, -1), format]);
    else if (name.startsWith('*.')) addTo(BY_ENDING, name.slice(2), format);
    else addTo(EXACT, name, format);
  }
}

function addTo(formats: Map<string, CredentialFormat[]>, name: string, format: CredentialFormat): void {
  formats.set(name, [...(formats.get(name) ?? []), format]);
}

/** The formats that the file may have, by its path: mostly none. */
export function formatsOf(path: string): readonly CredentialFormat[] {
  const name = baseName(path).toLowerCase();
  const dot = name.lastIndexOf('.');
  const exact = EXACT.get(name);
  const byEnding = dot < 0 ? undefined : BY_ENDING.get(name.slice(dot + 1));
  const begun = name.startsWith('.') ? BY_BEGINNING.filter(([start]) => name.startsWith(start)) : [];
  const inFolder = path.includes('subversion/auth/') ? BY_FOLDER : NONE;
  if (exact === undefined && byEnding === undefined && begun.length + inFolder.length === 0) return NONE;
  const formats = [...(exact ?? []), ...begun.map(([, format]) => format), ...(byEnding ?? []), ...inFolder];
  return formats.filter(
    ({ within, except }) => (within?.test(path) ?? true) && !(except?.test(name) ?? false),
  );
}

const NONE: readonly never[] = [];
