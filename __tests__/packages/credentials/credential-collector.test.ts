import { expect, it, test } from 'vitest';
import { RangeReading } from '../../../src/layer/collector.ts';
import type { JsonValue } from '../../../src/layer/json-value.ts';
import {
  credentialCollector,
  credentialFiles,
} from '../../../src/packages/credentials/credential-collector.ts';
import { madeUpFiles, madeUpKey, random } from '../../support/credentials/made-up.ts';
import { file } from '../../support/scans/scan.ts';

function collect(path: string, content: string | Uint8Array): JsonValue | null {
  const bytes = Buffer.from(content);
  const entry = file(path, bytes.length);
  if (!credentialCollector.wants(entry)) return null;
  const reading = new RangeReading(credentialCollector, entry, bytes.length);
  reading.take(bytes, 0);
  return reading.value;
}

function kindsIn(path: string, content: string | Uint8Array): readonly string[] {
  const value = collect(path, content);
  const collected = value === null ? {} : { credentials: [{ path, value }] };
  return credentialFiles({ collected }).flatMap(({ credentials }) => credentials.map(({ kind }) => kind));
}

const MADE_UP = madeUpFiles();

test('the kinds that are tried are more than fifty', () => {
  expect(new Set(MADE_UP.map(({ kind }) => kind)).size).toBeGreaterThan(50);
});

it.each(MADE_UP.map(each => [each.kind, each.path, each] as const))('finds %s in %s', (kind, path, made) => {
  expect(kindsIn(path, made.text)).toEqual([kind]);
  const kept = JSON.stringify(collect(path, made.text));
  for (const secret of made.secrets) expect(kept).not.toContain(secret);
});

test('tells the line and the key', () => {
  expect(collect('root/.netrc', `machine a.test\nlogin b\npassword ${random(20)}\n`)).toEqual([
    ['netrc', 3, 'password'],
  ]);
});

test('finds a short token in the place of a user', () => {
  const line = (user: string): string => `index-url = https://${user}@pypi.test/simple\n`;
  expect(kindsIn('etc/pip.conf', line(`Ab${random(12)}`))).toEqual(['pip-credentials']);
  expect(kindsIn('etc/pip.conf', line('build-user-1'))).toEqual([]);
});

const SECRET = random(24);
const TOKEN = `gh${'p_'}${random(36)}`;
const KEY = madeUpKey('RSA ');

it.each<readonly [string, string]>([
  ['root/.npmrc', ''],
  ['root/.npmrc', `registry=https://npm.test/\n//npm.test/:_authToken=\${NPM_TOKEN}\n`],
  ['root/.npmrc', '//npm.test/:_authToken=\nalways-auth=true\n'],
  ['root/.npmrc', `; //npm.test/:_authToken=${SECRET}\n`],
  ['app/.env.example', `API_KEY=${SECRET}\n`],
  ['app/.env', `API_KEY=changeme\nDB_PASSWORD=\nTOKEN=your-token-here\nSECRET=xxxxxxxx\nPASSWORD=\${PW}\n`],
  [
    'app/.env',
    `API_TOKEN_URL=${SECRET}\nKEY_FILE=/run/secrets/a\nPUBLIC_KEY=${SECRET}\nVITE_API_KEY=${SECRET}\n`,
  ],
  ['app/.env', `# API_KEY=${SECRET}\n`],
  [
    'app/.env',
    'DB_PASSWORD=postgres\nSECRET_KEY=dev-secret-key\nDATABASE_URL=postgres://postgres:postgres@db/app\n',
  ],
  [
    'app/src/auth.json',
    '{"login":{"password":"Passwort","token":"Zugangscode","failed.login":"Ging nicht"}}',
  ],
  ['app/locales/de/auth.json', `{"http-basic":{"password":"${SECRET}"}}`],
  ['app/.env.test', `DB_PASSWORD=${SECRET}\n`],
  ['app/.env.ci', `DB_PASSWORD=${SECRET}\n`],
  [
    'app/config/secrets.yml',
    `test:\n  secret_key_base: ${SECRET}\n"development":\n  secret_key_base: ${SECRET}\n`,
  ],
  [
    'app/config/database.yml',
    `test:\n  password: ${SECRET}\n\n  other: 1\nproduction:\n  password: <%= ENV["X"] %>\n`,
  ],
  [
    'app/.env',
    'GRAFANA_PASSWORD=grafana\nACME_ADMIN_PASSWORD=acme\nJUPYTER_TOKEN=anything\nSECRET_KEY=unsafe-secret-key\n',
  ],
  [
    'root/.bash_history',
    'mysql -uroot -p\nexport GH_TOKEN=$(cat token)\ncurl -u "$A:$B" a.test\nmkdir -p abcdef\n',
  ],
  ['etc/environment', 'PATH="/usr/bin:/bin"\nLANG=C.UTF-8\n'],
  ['root/.curlrc', 'user-agent = "a:b12345"\nsilent\n'],
  ['etc/pip.conf', '[global]\nindex-url = https://someuser@pypi.test/simple\n'],
  ['root/.docker/config.json', '{"auths":{},"credsStore":"desktop"}'],
  ['root/.aws/config', '[default]\nregion = eu-central-1\n'],
  [
    'root/.bundle/config',
    '---\nBUNDLE_WITHOUT: "development:test"\nBUNDLE_PATH: "/usr/local/bundle/vendor/cache"\n',
  ],
  ['etc/maven/settings.xml', `<!-- <password>${SECRET}</password> -->`],
  ['root/.m2/settings.xml', `<password>\${env.PASSWORD}</password>`],
  ['src/.git/config', '[remote "origin"]\n\turl = https://github.com/a/b.git\n[core]\n\tbare = false\n'],
  ['src/.git/config', '[remote "origin"]\n\turl = git@github.com:a/b.git\n'],
  ['etc/ssl/private/ssl-cert-snakeoil.key', KEY],
  ['usr/lib/python3.11/test/keycert.pem', KEY],
  ['usr/local/lib/python3.12/test/certdata/keycert.pem', KEY],
  ['usr/share/doc/openssl/demos/key.pem', KEY],
  ['usr/local/go/src/crypto/tls/testdata/example-key.pem', KEY],
  ['app/node_modules/agent/test/key.pem', KEY],
  ['app/node_modules/agent/lib/key.pem', KEY],
  ['app/tests/fixtures/server.key', KEY],
  ['app/README.md', TOKEN],
  ['app/docs/usage.txt', TOKEN],
  ['app/src/client.test.ts', TOKEN],
  ['app/config.py', `gh${'p_'}${'x'.repeat(36)}`],
  ['app/config.py', `AK${'IA'}IOSFODNN7EXAMPLE`],
  [
    'app/keys.js',
    `const begin = '${'-'.repeat(5)}BEGIN PRIVATE ${'KEY'}${'-'.repeat(5)}';\nreturn begin + encode(key);`,
  ],
  ['etc/ssl/certs/ca.pem', `${'-'.repeat(5)}BEGIN CERTIFICATE${'-'.repeat(5)}\n${random(400)}\n`],
  ['etc/ssh/ssh_host_rsa_key.pub', `ssh-rsa ${random(300)} root@a`],
  ['root/.ssh/authorized_keys', `ssh-ed25519 ${random(68)} a@b`],
  ['opt/java/lib/security/cacerts.jks', 'x'.repeat(40)],
  ['app/truststore.p12', 'x'.repeat(40)],
  ['app/program', `\0${TOKEN}`],
])('finds nothing in %s', (path, text) => {
  expect(kindsIn(path, text)).toEqual([]);
});

test('a Java key store that holds nothing but certificates is public', () => {
  const store = (tag: number): Uint8Array => {
    const bytes = Buffer.alloc(64);
    for (const [at, value] of [0xfeedfeed, 2, 1, tag].entries()) bytes.writeUInt32BE(value, at * 4);
    return bytes;
  };
  expect(kindsIn('app/server.jks', store(1))).toEqual(['keystore']);
  expect(kindsIn('app/server.jks', store(2))).toEqual([]);
});

test('of a Rails project it finds what is for production', () => {
  const text = `test:\n  secret_key_base: ${SECRET}\nproduction:\n  secret_key_base: ${SECRET}\n`;
  expect(collect('app/config/secrets.yml', text)).toEqual([['database-password', 4, 'secret_key_base']]);
});

test('of a file it keeps no more than somebody reads, and of a large one nothing', () => {
  const line = (): string => `TOKEN=${random(24)}\n`;
  expect(collect('app/.env', Array.from({ length: 300 }, line).join(''))).toHaveLength(20);
  expect(collect('app/.env', line() + ' '.repeat(300_000))).toBeNull();
});

test('what is stored may be anything', () => {
  const value = [['github-token', 1, 5], ['none', 1, null], 3, ['netrc', -1, null], null];
  expect(credentialFiles({ collected: { credentials: [{ path: 'a', value }] } })).toEqual([
    { path: 'a', credentials: [{ kind: 'github-token', line: 1, name: null }] },
  ]);
  expect(credentialFiles({ collected: { credentials: [{ path: 'a', value: 'x' }] } })).toEqual([]);
});
