import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { readSwitch } from '../../src/action/build-switch.ts';
import { givenInputs } from '../../src/base/option.ts';
import { type BuildInputs, readBuildInputs } from '../../src/build/build-inputs.ts';
import { parseArguments } from '../../src/cli/program.ts';
import { TrustedCertificates } from '../../src/image/registry/trusted-certificates.ts';
import { OPTIONS, readOwnOptions } from '../../src/run/config/options.ts';
import { type SecretMask, secretMask } from '../../src/run/secret-values.ts';
import { mutateBytes } from '../mutators/bytes.ts';
import { type Language, mutateText } from '../mutators/text.ts';
import { HOSTILE_TEXTS } from '../mutators/words.ts';
import type { Random } from '../random.ts';
import { place, SCRATCH } from '../scratch.ts';
import { accept, outcomeOf, require, type Target } from '../target.ts';

const VALUES: Language = {
  seeds: [
    'true',
    'off',
    'type=oci,dest=a,tar=false',
    'linux/amd64,linux/arm64',
    'A=b\nC="d,e"',
    'id=x,src=y',
    'warn 400MB, fail 450MB',
    '{{defaultContext}}:sub',
    'https://u:p@h/a.git#main:dir',
    '7',
    'auto',
    'build',
    '3..7, 9..12',
    'last:4',
  ],
  tokens: [',', '"', '""', '=', '\n', '\r\n', ' ', '#', '-', '--', 'true', '{{', '}}', '%', 'MB', '..', ':'],
};
const NAMES = OPTIONS.map(([name]) => name);

/** One `name=text` for each option that is given, with a NUL between them. */
function randomOptions(random: Random): Buffer {
  const options = Array.from({ length: 1 + random.small(4) }, () => {
    const text = random.oneIn(2) ? random.pick(VALUES.seeds) : mutateText(VALUES, random);
    return `${random.pick(NAMES)}=${text.replaceAll('\0', '')}`;
  });
  return Buffer.from(options.join('\0'));
}

const options: Target = {
  name: 'options',
  parsers: [
    'action/build-switch.ts',
    'base/option.ts',
    'build/build-inputs.ts',
    'cli/program.ts',
    'run/config/options.ts',
    'squash/layer-ranges.ts',
  ],
  accepts: ['readBuildInputs', 'readOwnOptions', 'parseArguments', 'readSwitch'],
  holds: 'nothing more',
  maxMs: 1500,
  generate: randomOptions,
  check(input) {
    const entries = input
      .toString('utf8')
      .split('\0')
      .map((entry): [string, string] => {
        const end = Math.max(entry.indexOf('='), 0);
        return [entry.slice(0, end), entry.slice(end + 1)];
      });
    const texts = new Map(entries);
    const given = givenInputs(name => texts.get(name) ?? '');
    outcomeOf(() => accept('readBuildInputs', readBuildInputs(given)));
    outcomeOf(() => accept('readOwnOptions', readOwnOptions(given)));
    const flags = entries.flatMap(([name, text]) => [`--${name}`, text]);
    for (const command of ['build', 'inspect', 'diff', 'fix', 'squash'])
      outcomeOf(() => accept('parseArguments', parseArguments([command, 'x', ...flags], '1.0.0', 80)));
    outcomeOf(() => accept('readSwitch', readSwitch({ X: entries[0]?.[1] }, 'X', false)));
  },
};

/** Longer than what is masked in any text. */
const MIN_LENGTH = 8;

const SECRETS: Language = {
  seeds: [
    'hunter2-is-no-password',
    `gh${'p_'}0123456789abcdefghijklmnopqrstuvwxyz`,
    '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END KEY-----\n',
    '{"type": "service_account", "private_key": "abc\\ndef+/=="}',
    'p@ss:w0rd/with?signs#and%20more',
  ],
  tokens: [
    '"',
    ',',
    '\n',
    ' ',
    '=',
    '\\',
    '.',
    '+',
    '(',
    '[',
    '|',
    '^',
    '{2}',
    '@',
    ':',
    '://',
    ...HOSTILE_TEXTS,
  ],
};

function inputsOf(texts: Readonly<Record<string, string>>): BuildInputs {
  return readBuildInputs(givenInputs(name => texts[name] ?? ''));
}

/** Each line that is long enough, and has nothing of what stands in its place. @returns whether there is one */
function requireMasked(mask: SecretMask, value: string): boolean {
  const lines = [value, ...value.split('\n')].map(line => line.trim());
  const shown = lines.filter(line => line.length >= MIN_LENGTH && !/[*$]/.test(line));
  for (const line of shown) {
    require(!mask.line(`a ${line} b`).includes(line), 'a secret is in a line');
    require(!mask.report({ a: [`${line}\n`] }).a[0]?.includes(line), 'a secret is in a report');
    const error = mask.error(new Error(`no ${line}`));
    require(error instanceof Error && !error.message.includes(line), 'a secret is in an error');
  }
  return shown.length > 0;
}

const secrets: Target = {
  name: 'secrets',
  parsers: ['run/secret-values.ts', 'base/credentials.ts'],
  accepts: ['secrets', 'build-args', 'secret-files', 'secret-envs', 'secret-specs', 'token', 'login'],
  holds: 'no secret is in a line, a report or an error',
  maxMs: 1500,
  generate: random => Buffer.from(mutateText(SECRETS, random)),
  check(input) {
    const value = input.toString('utf8').replaceAll('\0', '').slice(0, 20_000);
    const path = place('secret', value);
    const quoted = value.replaceAll('"', '""');
    const auth = Buffer.from(`u:${value}`).toString('base64');
    const masks: Readonly<Record<string, () => SecretMask>> = {
      secrets: () => secretMask(inputsOf({ secrets: `"id=${quoted}"` }), {}),
      'build-args': () => secretMask(inputsOf({ 'build-args': `"API_TOKEN=${quoted}"` }), {}),
      'secret-files': () => secretMask(inputsOf({ 'secret-files': `id=${path}` }), {}),
      'secret-envs': () => secretMask(inputsOf({ 'secret-envs': 'id=OWN' }), { OWN: value }),
      'secret-specs': () => secretMask({ ...inputsOf({}), 'secret-specs': [`id=x,src=${path}`] }, {}),
      token: () => secretMask(null, {}, [], [value]),
      login: () => secretMask(null, { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { h: { auth } } }) }),
    };
    for (const [way, make] of Object.entries(masks)) {
      const mask = outcomeOf(make);
      if (typeof mask !== 'string') accept(way, requireMasked(mask, value));
    }
  },
};

const PEM = ['ca.crt', 'client.crt', 'client.key'].map(name =>
  readFileSync(new URL(`../../__tests__/fixtures/certificates/${name}`, import.meta.url)),
);

const certificates: Target = {
  name: 'certificates',
  parsers: ['image/registry/trusted-certificates.ts'],
  accepts: ['contextFor'],
  holds: 'nothing more',
  maxMs: 1500,
  generate(random) {
    const files = PEM.map(file => (random.oneIn(3) ? mutateBytes(file, random) : file));
    if (random.oneIn(5)) files.reverse();
    return Buffer.concat(files.flatMap(file => [file, Buffer.from([0])]));
  },
  check(input) {
    const [ca = '', cert = '', key = ''] = input.toString('latin1').split('\0');
    const folder = 'etc/docker/certs.d/r.example';
    place(`${folder}/ca.crt`, ca);
    place(`${folder}/client.cert`, cert);
    place(`${folder}/client.key`, key);
    const environment = { env: {}, homeDir: SCRATCH, root: SCRATCH };
    const context = outcomeOf(() => new TrustedCertificates(environment).contextFor('r.example'));
    accept('contextFor', typeof context !== 'string' && context);
  },
};

export const OPTION_TARGETS: readonly Target[] = [options, secrets, certificates];
