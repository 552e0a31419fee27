import { Buffer } from 'node:buffer';
import { credentialsIn, withoutCredentials, withoutLogin } from '../../src/base/credentials.ts';
import type { OperationKind } from '../../src/build/provenance-wire.ts';
import { publicName, redactBuildArgs, redactSentence } from '../../src/build/step-name.ts';
import { type Language, mutateText, mutateTextBytes } from '../mutators/text.ts';
import type { Random } from '../random.ts';
import { accept, require, type Target } from '../target.ts';

const AROUND: Language = {
  seeds: [
    'fatal: unable to access ',
    'GET https://host/v2/?token=abc&x=1 ',
    '> Authorization: Bearer abc.def',
    'docker://NAME[:TAG|@DIGEST], ',
    'type=s3,access_key_id=A,secret_access_key=B ',
    'RUN npm install @scope/name@1.2.3 ',
    `app@sha256:${'0'.repeat(64)} `,
    'http://localhost:4873/@scope/name ',
  ],
  tokens: [
    '://',
    '@',
    ':',
    '/',
    "'",
    '"',
    ' ',
    '?',
    '&',
    '=',
    'sha256:',
    'DIGEST]',
    'authorization:',
    ...['ghp_', '&token='],
  ],
};

/** What users and passwords are made of where an address has them, which has neither white space nor quotes. */
const LOGIN_SIGNS = [
  '@',
  ':',
  '/',
  '%40',
  '?',
  '&',
  '#',
  '=',
  ',',
  '1',
  'sha1',
  '+',
  '$',
  '.',
  'ä',
  'token=',
];

const SCHEMES = ['https', 'http', 'docker', 'ssh', 'socks5'];

/** A password that no other text has. */
const MARK = 'zq7Kx';

/** With a login, in which no slash follows an `@`: nobody tells that from a path with an `@` in it. */
const ADDRESS = /^[a-z\d]+:\/\/[^\s'"@/]*(?:\/[^\s'"@/]*)*@(?:[^\s'"@/]*@)*host\/app$/;

/** Text, login, host and text, with a NUL between them. */
function randomLogin(random: Random): Buffer {
  const signs = Array.from({ length: random.small(8) }, () => random.pick(LOGIN_SIGNS)).join('');
  const long = random.oneIn(20) ? 'x'.repeat(random.below(60_000)) : '';
  const password = `${MARK}${long}${signs}${MARK}`;
  const login = random.oneIn(3)
    ? password.replaceAll(/[:/]/g, '')
    : `${random.pick(['u', '', 'a.b'])}:${password}`;
  const around = [mutateText(AROUND, random), mutateText(AROUND, random)].map(text =>
    text.replaceAll('\0', ''),
  );
  const address = `${random.pick(SCHEMES)}://${login}@host/app`;
  return Buffer.from([around[0], address, around[1]].join('\0'));
}

const credentials: Target = {
  name: 'credentials',
  parsers: ['base/credentials.ts'],
  accepts: ['withoutCredentials', 'withoutLogin', 'credentialsIn'],
  holds: 'no part of a login that was put into an address is left, with no slash behind an `@` in it',
  maxMs: 1500,
  generate: randomLogin,
  check(input) {
    const [before = '', address = '', after = ''] = input.toString('utf8').split('\0');
    if ((before + after).includes(MARK) || !ADDRESS.test(address)) return;
    const text = `${before} ${address} ${after}`;
    const shown = accept('withoutCredentials', withoutCredentials(text));
    require(!shown.includes(MARK), 'a part of a login is left');
    require(!accept('withoutLogin', withoutLogin(address)).includes(
      MARK,
    ), 'a reference has a part of a login');
    accept('credentialsIn', credentialsIn(text).length > 0);
  },
};

const KINDS: readonly OperationKind[] = ['exec', 'file', 'merge', 'source'];
const VALUE = 'hush-17-hush';

const STEPS: Language = {
  seeds: [
    `[builder 2/5] RUN make ${VALUE}`,
    `[2/2] COPY --link a /${VALUE}`,
    `[1/2] FROM docker.io/library/debian:${VALUE}`,
    `docker-image://docker.io/library/debian:${VALUE}`,
    'RUN a \\\n  b\n',
    `[internal] load ${VALUE}`,
  ],
  tokens: [
    '[',
    ']',
    ' ',
    '\\\n',
    '\\\r\n',
    '$',
    '$&',
    '$TOKEN',
    'FROM ',
    VALUE,
    VALUE.slice(0, 7),
    '\n',
    '#',
  ],
};

const steps: Target = {
  name: 'step-names',
  parsers: ['build/step-name.ts'],
  accepts: ['publicName', 'redactBuildArgs', 'redactSentence'],
  holds: 'no value of a build argument is in it, unless it names an image, and it is short',
  maxMs: 1500,
  generate: random => mutateTextBytes(STEPS, random),
  check(input) {
    const text = input.toString('utf8');
    const buildArgs = new Map([
      ['TOKEN', VALUE],
      ['PART', VALUE.slice(0, 7)],
    ]);
    for (const kind of KINDS) {
      const name = accept('publicName', publicName(text, kind, null, buildArgs));
      const isImage = kind === 'source' && /^docker-image|FROM /.test(text);
      require(isImage || !name.includes(VALUE), 'a value of a build argument is left');
      require(name.length <= 300, 'a name is long');
      publicName('[1/1] RUN x', kind, { file: 'Dockerfile', startLine: 1, endLine: 1, text }, buildArgs);
    }
    require(!accept('redactBuildArgs', redactBuildArgs(text, buildArgs)).includes(VALUE), 'a value is left');
    require(!accept('redactSentence', redactSentence(text, buildArgs)).includes(
      VALUE,
    ), 'a sentence has a value');
  },
};

export const CREDENTIAL_TARGETS: readonly Target[] = [credentials, steps];
