import { randomBytes } from 'node:crypto';
import type { CredentialKind } from '../../../src/base/credential-kinds.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** So many random characters, of an alphabet; with a digit, and of many kinds, as real ones have. */
export function random(length: number, alphabet = LETTERS): string {
  const text = [...randomBytes(length)].map(byte => alphabet[byte % alphabet.length]).join('');
  return length > 8
    ? `${text.slice(0, -1)}${[...alphabet].findLast(each => /\d/.test(each)) ?? text.at(-1)}`
    : text;
}

const hex = (length: number): string => random(length, '0123456789abcdef');

/** A private key that opens nothing: the form of one, around random bytes. */
export function madeUpKey(type = ''): string {
  const body = randomBytes(600).toString('base64').replaceAll(/.{64}/g, '$&\n');
  // In pieces: who looks for keys in sources is not to find one here.
  const mark = (word: string): string => `${'-'.repeat(5)}${word} ${type}PRIVATE ${'KEY'}${'-'.repeat(5)}`;
  return `${mark('BEGIN')}\n${body}\n${mark('END')}\n`;
}

/** A file with a credential: where it is, what is in it, and what of it must be shown nowhere. */
export interface MadeUpFile {
  readonly kind: CredentialKind;
  readonly path: string;
  readonly text: string;
  readonly secrets: readonly string[];
}

type Made = readonly [kind: CredentialKind, path: string, secret: string, text: (secret: string) => string];

const same = (secret: string): string => `${secret}\n`;
const json =
  (...keys: string[]) =>
  (secret: string): string =>
    JSON.stringify(
      keys.reduceRight<unknown>((value, key) => ({ [key]: value }), secret),
      null,
      2,
    );

/** Tokens, by their shapes alone: in a source that has no telling name. */
function tokens(): readonly Made[] {
  const shaped: readonly (readonly [CredentialKind, string])[] = [
    ['github-token', `gh${'p_'}${random(36)}`],
    ['github-token', `gh${'s_'}${random(36)}`],
    ['github-token', `github_${'pat_'}${random(22)}_${random(59)}`],
    ['gitlab-token', `gl${'pat-'}${random(20)}`],
    ['aws-access-key', `AK${'IA'}${random(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`],
    ['google-oauth-secret', `GOC${'SPX-'}${random(28)}`],
    ['npm-token', `np${'m_'}${random(36)}`],
    ['pypi-token', `py${'pi-AgE'}IcHlwaS5vcmc${random(80)}`],
    ['slack-token', `xo${'xb-'}${random(12, '0123456789')}-${random(24)}`],
    ['slack-webhook', `https://hooks.slack${'.com/services/T'}${random(8)}/B${random(8)}/${random(24)}`],
    ['stripe-key', `sk${'_live_'}${random(24)}`],
    ['sendgrid-key', `S${'G.'}${random(22)}.${random(43)}`],
    ['openai-key', `sk${'-proj-'}${random(48)}`],
    ['openai-key', `s${'k-'}${random(20)}T3Blbk${'FJ'}${random(20)}`],
    ['anthropic-key', `sk-${'ant-'}api03-${random(93)}AA`],
    ['hugging-face-token', `h${'f_'}${random(34)}`],
    ['digitalocean-token', `do${'p_v1_'}${hex(64)}`],
    ['docker-hub-token', `dckr${'_pat_'}${random(27)}`],
    ['vault-token', `hv${'s.'}${random(90)}`],
    ['terraform-token', `${random(14)}.atlas${'v1.'}${random(67)}`],
    ['databricks-token', `da${'pi'}${hex(32)}`],
    ['shopify-token', `shp${'at_'}${hex(32)}`],
    ['azure-credentials', `${random(3)}8${'Q~'}${random(34)}`],
    ['azure-storage-key', `Account${'Key='}${random(86)}==`],
    ['doppler-token', `dp.${'pt.'}${random(43)}`],
    ['rubygems-key', `ruby${'gems_'}${hex(48)}`],
    ['artifactory-token', `AK${'Cp'}${random(69)}`],
    ['atlassian-token', `ATA${'TT3'}${random(186)}`],
    ['linear-key', `lin${'_api_'}${random(40)}`],
    ['notion-token', `nt${'n_'}${random(46)}`],
    ['new-relic-key', `NR${'AK-'}${random(27, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')}`],
    ['grafana-token', `gl${'sa_'}${random(32)}_${hex(8)}`],
    ['telegram-token', `${random(9, '123456789')}:A${'A'}${random(33)}`],
    ['age-key', `AGE-SECRET${'-KEY-1'}${random(58, 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L')}`],
    ['planetscale-token', `pscale${'_tkn_'}${random(43)}`],
    ['pulumi-token', `pu${'l-'}${hex(40)}`],
    ['postman-key', `PM${'AK-'}${hex(24)}-${hex(34)}`],
    ['one-password-token', `op${'s_eyJ'}${random(300)}`],
    ['figma-token', `fi${'gd_'}${random(40)}`],
    ['private-key', madeUpKey()],
    ['private-key', madeUpKey('RSA ')],
    ['private-key', madeUpKey('EC ')],
    ['private-key', madeUpKey('OPENSSH ')],
    ['encrypted-private-key', madeUpKey('ENCRYPTED ')],
  ];
  return shaped.map(([kind, secret], index) => [
    kind,
    `app/config/settings${index}.py`,
    secret,
    value => `import os\n\nVALUE = """${value}"""\n`,
  ]);
}

/** In the files that tools keep them in: nothing but the place tells what they are. */
function files(): readonly Made[] {
  const word = (): string => random(24);
  return [
    ['npm-credentials', 'root/.npmrc', word(), s => `//npm.test/:_authToken=${s}\n`],
    ['npm-credentials', 'app/.yarnrc.yml', word(), s => `npmScopes:\n  a:\n    npmAuthToken: "${s}"\n`],
    ['pypi-token', 'root/.pypirc', word(), s => `[pypi]\nusername = a\npassword = ${s}\n`],
    [
      'pip-credentials',
      'etc/pip.conf',
      word(),
      s => `[global]\nindex-url = https://ci:${s}@pypi.test/simple\n`,
    ],
    ['netrc', 'root/.netrc', word(), s => `machine a.test\n  login ci\n  password ${s}\n`],
    ['git-credentials', 'root/.git-credentials', word(), s => `https://ci:${s}@git.test\n`],
    [
      'ci-token',
      'src/.git/config',
      word(),
      s => `[http "https://github.com/"]\n\textraheader = AUTHORIZATION: basic ${s}\n`,
    ],
    [
      'git-credentials',
      'srv/.git/config',
      word(),
      s => `[remote "origin"]\n\turl = https://ci:${s}@git.test/a.git\n`,
    ],
    ['registry-credentials', 'root/.docker/config.json', word(), json('auths', 'ghcr.io', 'auth')],
    ['aws-credentials', 'root/.aws/credentials', word(), s => `[default]\naws_secret_access_key = ${s}\n`],
    ['s3-credentials', 'root/.s3cfg', word(), s => `[default]\nsecret_key = ${s}\n`],
    [
      'gcp-credentials',
      'root/.config/gcloud/application_default_credentials.json',
      word(),
      json('refresh_token'),
    ],
    [
      'gcp-credentials',
      'app/account.json',
      madeUpKey(),
      s => JSON.stringify({ type: 'service_account', private_key: s }),
    ],
    ['azure-credentials', 'root/.azure/accessTokens.json', word(), json('accessToken')],
    [
      'kubernetes-credentials',
      'root/.kube/config',
      word(),
      s => `users:\n- user:\n    client-key-data: ${s}\n`,
    ],
    ['postgres-password', 'root/.pgpass', word(), s => `db.test:5432:app:app:${s}\n`],
    ['mysql-password', 'root/.my.cnf', word(), s => `[client]\npassword=${s}\n`],
    ['terraform-secret', 'infra/terraform.tfstate', word(), json('attributes', 'admin_password')],
    [
      'terraform-token',
      'root/.terraform.d/credentials.tfrc.json',
      word(),
      json('credentials', 'app.terraform.io', 'token'),
    ],
    ['terraform-secret', 'infra/prod.tfvars', word(), s => `region = "eu"\ndb_password = "${s}"\n`],
    ['env-secret', 'app/.env', word(), s => `PORT=1\nSESSION_SECRET=${s}\n`],
    ['env-secret', 'app/.env.production', word(), s => `export API_KEY='${s}'\n`],
    ['url-password', 'srv/.env', word(), s => `DATABASE_URL=postgres://app:${s}@db.test/app\n`],
    [
      'maven-password',
      'root/.m2/settings.xml',
      word(),
      s => `<settings><server><password>${s}</password></server></settings>\n`,
    ],
    [
      'gradle-credentials',
      'root/.gradle/gradle.properties',
      word(),
      s => `org.gradle.daemon=false\nrepoPassword=${s}\n`,
    ],
    ['composer-credentials', 'app/auth.json', word(), json('github-oauth', 'github.com')],
    [
      'nuget-credentials',
      'app/NuGet.Config',
      word(),
      s => `<x><add key="ClearTextPassword" value="${s}" /></x>\n`,
    ],
    ['cargo-token', 'root/.cargo/credentials.toml', word(), s => `[registry]\ntoken = "${s}"\n`],
    ['rubygems-key', 'root/.gem/credentials', word(), s => `---\n:rubygems_api_key: ${s}\n`],
    ['bundler-credentials', 'app/.bundle/config', word(), s => `---\nBUNDLE_GEMS__TEST__COM: "ci:${s}"\n`],
    [
      'rclone-credentials',
      'root/.config/rclone/rclone.conf',
      word(),
      s => `[b]\ntype = s3\nsecret_access_key = ${s}\n`,
    ],
    ['github-cli-login', 'root/.config/gh/hosts.yml', word(), s => `github.com:\n    oauth_token: ${s}\n`],
    ['vault-token', 'root/.vault-token', word(), same],
    ['rails-key', 'app/config/master.key', hex(32), same],
    ['database-password', 'var/www/wp-config.php', word(), s => `<?php\ndefine( 'DB_PASSWORD', '${s}' );\n`],
    ['cli-login', 'root/.databrickscfg', word(), s => `[DEFAULT]\ntoken = ${s}\n`],
    ['gpg-key', 'root/.gnupg/private-keys-v1.d/A1.key', word(), same],
    ['keystore', 'app/server.p12', word(), same],
    ['ssh-host-key', 'etc/ssh/ssh_host_ed25519_key', madeUpKey('OPENSSH '), same],
    ['env-secret', 'etc/environment', word(), s => `PATH="/bin"\nDB_PASSWORD="${s}"\n`],
    ['command-password', 'root/.bash_history', word(), s => `ls\nmysql -uroot -p${s} app\n`],
    ['password', 'home/a/.zsh_history', word(), s => `: 1:0;export GH_TOKEN=${s}\n`],
    ['cli-login', 'root/.curlrc', word(), s => `silent\nuser = "ci:${s}"\n`],
    ['cli-login', 'root/.wgetrc', word(), s => `http_user = ci\nhttp_password = ${s}\n`],
    ['cli-login', 'root/.hgrc', word(), s => `[auth]\na.prefix = hg.test\na.password = ${s}\n`],
    [
      'cli-login',
      'root/.subversion/auth/svn.simple/0123456789abcdef0123456789abcdef',
      word(),
      s => `K 8\npasstype\nV 6\nsimple\nK 8\npassword\nV ${s.length}\n${s}\nEND\n`,
    ],
    [
      'pip-credentials',
      'root/.config/pip/pip.conf',
      word(),
      s => `[global]\nindex-url = https://${s}@pypi.test/simple\n`,
    ],
    ['github-token', 'app/deploy.sh', `gh${'p_'}${random(36)}`, s => `#!/bin/sh\nTOKEN=${s} curl a.test\n`],
    ['netrc', 'etc/apt/auth.conf.d/a.conf', word(), s => `machine a.test login ci password ${s}\n`],
    ['url-password', 'etc/apt/sources.list.d/a.list', word(), s => `deb https://ci:${s}@a.test/ a main\n`],
    ['cli-login', 'etc/yum.repos.d/a.repo', word(), s => `[a]\nusername=ci\npassword=${s}\n`],
    ['url-password', 'root/.condarc', word(), s => `channels:\n  - https://a.test/t/${s}/main\n`],
    ['env-secret', 'home/a/.Renviron', word(), s => `GITHUB_PAT=${s}\n`],
    ['password', 'root/.bashrc', word(), s => `alias a=b\nexport API_TOKEN="${s}"\n`],
    ['password', 'etc/profile.d/a.sh', word(), s => `export DB_PASSWORD=${s}\n`],
    ['maven-password', 'root/.sbt/.credentials', word(), s => `realm=a\nuser=ci\npassword=${s}\n`],
    ['cli-login', 'root/.smbcredentials', word(), s => `username=ci\npassword=${s}\n`],
    ['cli-login', 'etc/postfix/sasl_passwd', word(), s => `[smtp.a.test]:587 ci:${s}\n`],
    ['cli-login', 'etc/ppp/chap-secrets', word(), s => `# client server secret\nci * ${s} *\n`],
    ['cli-login', 'etc/ssmtp/ssmtp.conf', word(), s => `AuthUser=ci\nAuthPass=${s}\n`],
    ['private-key', 'etc/wireguard/wg0.conf', `${random(43)}=`, s => `[Interface]\nPrivateKey = ${s}\n`],
    ['env-secret', 'srv/.env', word(), s => `DB=jdbc:mysql://db/a?user=b&password=${s}\n`],
    ['private-key', 'root/.ssh/id_rsa', madeUpKey('RSA '), same],
  ];
}

/** Everything that must be found, anew each time. */
export function madeUpFiles(): readonly MadeUpFile[] {
  return [...tokens(), ...files()].map(([kind, path, secret, text]) => ({
    kind,
    path,
    text: text(secret),
    secrets: piecesOf(secret),
  }));
}

/** The secret, and parts of it: nobody may be told of either. */
function piecesOf(secret: string): readonly string[] {
  const long = secret.split(/[\s"]+/).filter(word => word.length >= 16 && !/^-|-$/.test(word));
  return long.flatMap(word => [word, word.slice(4, 16), word.slice(-12)]);
}
