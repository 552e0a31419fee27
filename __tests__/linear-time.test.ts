import { expect, it } from 'vitest';
import { credentialsIn, withoutCredentials } from '../src/base/credentials.ts';
import { parseSize } from '../src/base/number-text.ts';
import { onOneLine } from '../src/base/one-line.ts';
import { maskTextCredentials } from '../src/base/text-credentials.ts';
import { parseGoFloat } from '../src/budget/go-number.ts';
import { identifyContext } from '../src/build/context-identity.ts';
import { siblingRemote } from '../src/build/git-context.ts';
import { readProgressLine } from '../src/build/progress-event.ts';
import { publicName } from '../src/build/step-name.ts';
import { parseDockerfile } from '../src/dockerfile/dockerfile.ts';
import type { ShellCommand } from '../src/dockerfile/shell/shell-command.ts';
import { NamedPaths } from '../src/findings/packages/common-folders.ts';
import { findFindings } from '../src/findings/rules.ts';
import { readMetadataChange } from '../src/findings/waste/metadata-change.ts';
import { RangeReading } from '../src/layer/collector.ts';
import { findGemDevelopment } from '../src/packages/bundle-reader.ts';
import { credentialCollector } from '../src/packages/credentials/credential-collector.ts';
import { CREDENTIAL_FORMATS } from '../src/packages/credentials/credential-format.ts';
import { readJavaLibrary, versionNumber } from '../src/packages/java-archive.ts';
import { pathCollector } from '../src/packages/named-paths.ts';
import { findNodeDevelopment } from '../src/packages/node-development.ts';
import { wrapText } from '../src/report/terminal/wrap.ts';
import { contextOf } from './findings/finding-case.ts';
import { computedMs } from './support/computed.ts';
import { fabricate } from './support/fabricate/analysis.ts';
import { file } from './support/scans/scan.ts';

/** Texts of others that a pattern is run over: none takes the square of its length. */
const LENGTH = 131_072;
const many = (part: string): string => part.repeat(LENGTH / part.length);
const spaces = many(' ');
const slashes = many('/');
const instruction = (text: string) => ({ file: 'Dockerfile', startLine: 1, endLine: 1, text });

function commandOf(words: readonly string[]): ShellCommand {
  return { words, assignments: [], start: 0, end: 0, operator: 'start', depth: 0 };
}

function collected(path: string, part: string): unknown {
  const content = Buffer.from(many(part));
  const reading = new RangeReading(credentialCollector, file(path, content.length), content.length);
  reading.take(content, 0);
  return reading.value;
}

/** With what is made of it. */
function bundle(path: string, part: string): unknown {
  const other = path.endsWith('.lock') ? { 'app/Gemfile': "gem 'a'" } : {};
  const gem = { 'app/specifications/a-1.gemspec': '# stub: a 1 ruby lib\n' };
  const analysis = fabricate([{ texts: { ...other, ...gem, [path]: many(part) } }]);
  return findGemDevelopment(analysis, analysis.packages.packages);
}

/** A path as long as an engine takes it, many times. */
function toolchainOf(part: string): unknown {
  const files = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [`${part.repeat(4000 / part.length)}${index}`, 1]),
  );
  return findFindings(
    contextOf({ dockerfile: ['FROM a', 'RUN b'], layers: [{ line: 2, files }], findings: [] }),
  );
}

function nested(): ReturnType<typeof fabricate> {
  const needs = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`a${index}`, '1']));
  const text = JSON.stringify({ name: 'a', dependencies: needs });
  const paths = Array.from(
    { length: 200 },
    (_, depth) => `app/${'node_modules/a/'.repeat(depth + 1)}package.json`,
  );
  const texts = Object.fromEntries(paths.map(path => [path, text]));
  const project = JSON.stringify({ devDependencies: { a: '1' } });
  return fabricate([
    { texts: { ...texts, 'app/package.json': project, 'app/node_modules/.yarn-integrity': '' } },
  ]);
}

function namedPaths(part: string): unknown {
  const text = many(part);
  return pathCollector.collect(file('a.js', text.length), Buffer.from(text));
}

function findingsOf(command: string): unknown {
  const dockerfile = ['FROM node:22', 'WORKDIR /app', 'COPY . .', `RUN ${command}`];
  const layers = [{ base: true as const }, { line: 3, files: { 'app/a.js': 5 } }];
  return findFindings(contextOf({ dockerfile, layers, findings: [] }));
}

it.each<readonly [string, () => unknown]>([
  ['lines with a gap', () => onOneLine(`a${spaces}b\nc`)],
  ['an instruction with a gap', () => publicName('x', 'exec', instruction(`RUN a${spaces}b`), new Map())],
  ['an instruction of blank lines', () => publicName('x', 'exec', instruction(many(' \\\n')), new Map())],
  [
    'the name of a step',
    () => readProgressLine(JSON.stringify({ vertexes: [{ digest: 'x', name: spaces }] })),
  ],
  ['beginnings of addresses', () => withoutCredentials(many('://'))],
  ['beginnings of addresses behind an @', () => withoutCredentials(`@${many('://')}`)],
  ['beginnings of logins', () => credentialsIn(many('=a:'))],
  ['beginnings of logins behind an @', () => credentialsIn(`@${many('=a:')}`)],
  ['beginnings of logins before an @ and a digest', () => withoutCredentials(`${many('://a:')}x@sha1:`)],
  ['signs before a slash', () => withoutCredentials(`${many('://')}a${many('@')}/`)],
  ['signs before digests', () => withoutCredentials(`${many('://a:b/')}${many('@sha1:')}`)],
  ['attributes before an @', () => credentialsIn(`${many('=a:')}//@`)],
  ['colons before an @', () => credentialsIn(`${many(':')}@`)],
  ['words without an @', () => credentialsIn(`@ ${many('a')}`)],
  ['signs of logins', () => credentialsIn(`x:${many('@')}sha1:`)],
  ['names of headers', () => withoutCredentials(many('authorization '))],
  ['parameters', () => withoutCredentials(many('&token'))],
  ['a directive with a gap', () => parseDockerfile(`# syntax=a${spaces}b\nFROM a\n`, 'Dockerfile')],
  ['digits that are no number', () => parseGoFloat(`${many('1')}x`)],
  ['slashes in a remote', () => siblingRemote('https://a.test/c', `https://a.test/a${slashes}b`)],
  ['slashes in a context', () => identifyContext(`https://a.test/${slashes}b.git#main`)],
  ['slashes in an operand', () => readMetadataChange(commandOf(['chmod', '755', `/a${slashes}b`]))],
  ['a quotation that does not end', () => wrapText(`"${slashes}`, 100)],
  ['commands that remove nothing', () => findingsOf(`npm ci ${many('rm ')}`)],
  ['letters of an option', () => findingsOf(`pacman -S${many('u')}! a`)],
  ...['/', '/a', 'a.', '"a', '"a.b', '-', 'apt-get ', 'apt,', 'apt -a '].map(
    part => [`${part} in a text`, () => namedPaths(part)] as const,
  ),
  ['beginnings of tokens', () => maskTextCredentials(many('xoxb-'))],
  ['beginnings of keys', () => maskTextCredentials(many(`-----BEGIN RSA PRIVATE KEY-----`))],
  ['middles of tokens', () => maskTextCredentials(many('T3BlbkFJ'))],
  ['names of secrets', () => maskTextCredentials(many('password '))],
  ['settings', () => maskTextCredentials(many('ENV a_password=a\\\n'))],
  ['settings in a row', () => maskTextCredentials(many('ENV a_token "\n'))],
  ['words of a setting', () => maskTextCredentials(`ENV a_token=a ${many('b "')}`)],
  ['quotes of a setting', () => maskTextCredentials(`ENV a_token=a ${many('\'"')}`)],
  ['backslashes of a setting', () => maskTextCredentials(`ENV a_token=a ${many('\\ ')}`)],
  ...[
    'mysql ',
    'mysql -p',
    '| chpasswd ',
    '-u a:',
    'echo |',
    '"',
    '\'"',
    '"\\',
    'a:b\\n',
    '<<E\n',
    '[',
    '> ',
    'login ',
    '\n',
    '\\\n',
    'a.b.',
  ].flatMap(part =>
    ['mysql curl ', 'echo a:b | chpasswd <<E ', 'sh -c "', 'bundle config ', ''].map(
      before => [`${part} behind ${before}`, () => maskTextCredentials(`${before}${many(part)}`)] as const,
    ),
  ),
  ['beginnings of addresses with an @', () => maskTextCredentials(`${many('://a:')}@`)],
  ['escaped quotes of a document', () => maskTextCredentials(many('\\"password\\": '))],
  ['lines of a .netrc', () => maskTextCredentials(many('\\nlogin a\\npassword '))],
  ['names of headers', () => maskTextCredentials(many('api-key'))],
  ['assignments', () => maskTextCredentials(many('a_token='))],
  // Each is the beginning of a pattern, or all of it but its end.
  ...[
    's/',
    's/token/a',
    's|token|',
    'token = ',
    'token = a',
    'token: ',
    'token: a',
    '"token ',
    '"token","',
    '"token", "a',
    '<token>',
    '<token>a',
    'key="token" ',
    '-token ',
    '--a-token "',
    '-Da.token=',
    'cookie: a_session',
    'cookie: session=a ',
    '?sig=',
    'a:b@tcp',
    'a/b password ',
    'assword send ',
    'ConvertTo-SecureString -String ',
    'password(',
    'discord.com/api/webhooks/',
    'webhook.office.com/webhookb2/',
    'echo a; ',
    'echo a | passwd ',
    'cargo login ',
    'cargo login # ',
    'passwd <<< ',
    '2>',
    '$(openssl passwd ',
    'a_auth=',
    'a_token="\\',
    'a_token=\\ ',
  ].map(part => [`${part} again and again`, () => maskTextCredentials(`token ${many(part)}`)] as const),
  [
    'tokens behind assignments',
    () =>
      maskTextCredentials(
        many('a_token=Ab1xyzQ ').repeat(3) + many(`hf${'_'}Ab1cDe2FgH3iJk4LmN5oPq6RsT7uVw8XyZ `).repeat(3),
      ),
  ],
  ['made-up tokens', () => maskTextCredentials(`${many('ghp_')}example`)],
  ...['.npmrc', 'a.tfstate', 'auth.json', '.env', '.git/config', '.pgpass', 'settings.xml', '.netrc'].flatMap(
    path =>
      ['token', '"a.b":', '=', '://a:', '<!--', '# ', 'a.b.c.d', 'password: ', 'extraheader = ', '\n'].map(
        part => [`${part.trim()} in ${path}`, () => collected(`.m2/${path}`, part)] as const,
      ),
  ),
  ...['group :test do\n', 'gem "a", ', 'gem "a", group: [', 'gem "a", group: :test\n', 'do |', 'end\n'].map(
    part => [`${part.trim()} in a Gemfile`, () => bundle('app/Gemfile', part)] as const,
  ),
  ...['    a (1)\n', '      a (', '    a (1)\n      a\n', 'DEPENDENCIES\n  a\n'].map(
    part => [`${part.trim()} in its lock`, () => bundle('app/Gemfile.lock', part)] as const,
  ),
  ['a long path among named ones', () => new NamedPaths(['a'.repeat(9)]).has(slashes)],
  ['tools in a toolchain', () => toolchainOf('pkg/tool/')],
  ['toolchains in toolchains', () => toolchainOf('toolchains/a/')],
  ['packages in packages', () => findNodeDevelopment(nested())],
  ['hyphens of an archive', () => readJavaLibrary(`${many('-')}1.jar`)],
  ['digits of a version', () => versionNumber(`${many('1.')}x`)],
  ['a size with a gap', () => parseSize(`1${spaces}1`)],
])('%s take no more than some seconds', (_what, read) => {
  expect(leastOf(read)).toBeLessThan(3000);
});

/** What it takes where nothing disturbs: neighbours on a machine take its caches, too. What is quadratic takes too long always. */
function leastOf(read: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3 && least >= 3000; round += 1) {
    const start = computedMs();
    read();
    least = Math.min(least, computedMs() - start);
  }
  return least;
}

/** The words that a pattern has, each in front of what can be repeated: there most of it has matched already. */
function hostileTo({ source }: RegExp): readonly string[] {
  const words = new Set(['', ...(source.match(/[A-Za-z_]{2,}/g) ?? [])]);
  const parts = ['_', '-', '.', 'a', 'A', '0', ' ', ':', '=', '"', '/', '@', '__A', '.a', ':a', '\n', '\na='];
  return [...words].flatMap(word =>
    parts.flatMap(part => [`${word}${part.repeat(1500)}`, `${word}A${part.repeat(1500)}`]),
  );
}

it.each(
  CREDENTIAL_FORMATS.flatMap(({ kind, names, pattern }) => (pattern ? [{ kind, names, pattern }] : [])),
)('what is like $kind in $names takes no more than some seconds', ({ pattern }) => {
  // The words alone, too, again and again.
  const texts = [...hostileTo(pattern), ...hostileTo(pattern).map(text => text.slice(0, 20).repeat(500))];
  const read = () => {
    for (const text of texts) expect([...text.matchAll(pattern)].length).toBeLessThan(text.length);
  };
  expect(leastOf(read)).toBeLessThan(3000);
});
