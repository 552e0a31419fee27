import { describe, expect, it } from 'vitest';
import { maskTextCredentials } from '../../src/base/text-credentials.ts';
import { findConfigCredentials } from '../../src/oci/config-credentials.ts';
import { publicHistory } from '../../src/oci/image-config.ts';
import { random } from '../support/credentials/made-up.ts';

const SECRET = random(20);
const TOKEN = `gh${'p_'}${random(36)}`;
const find = (more: Partial<Parameters<typeof findConfigCredentials>[0]>) =>
  findConfigCredentials({ env: [], labels: {}, history: [], ...more });

describe('history', () => {
  it.each<readonly [string, string]>([
    [`RUN curl -u ci:${SECRET} https://a.test`, 'RUN curl -u ci:*** https://a.test'],
    [`RUN curl -H "Authorization: Bearer ${SECRET}" a`, 'RUN curl -H "Authorization: Bearer ***" a'],
    [`RUN git clone https://ci:${SECRET}@a.test/b.git`, 'RUN git clone https://ci:***@a.test/b.git'],
    [`RUN npm config set //a.test/:_authToken ${SECRET}`, 'RUN npm config set //a.test/:_authToken ***'],
    [`RUN app --password=${SECRET} --user x`, 'RUN app --password=*** --user x'],
    [`RUN app --api-key '${SECRET}' x`, "RUN app --api-key '***' x"],
    [`RUN DB_PASSWORD=${SECRET} ./setup`, 'RUN DB_PASSWORD=*** ./setup'],
    [
      `RUN echo "machine a login b password ${SECRET}" > ~/.netrc`,
      'RUN echo "machine a login b password ***" > ~/.netrc',
    ],
    [`RUN pip install git+https://${TOKEN}@a.test/b`, 'RUN pip install git+https://***@a.test/b'],
    [`ENV A=${TOKEN} B=c`, 'ENV A=*** B=c'],
    [`ENV API_TOKEN ${SECRET}`, 'ENV API_TOKEN ***'],
    [`/bin/sh -c #(nop)  ENV API_TOKEN=${SECRET}`, '/bin/sh -c #(nop)  ENV API_TOKEN=***'],
    [`RUN |1 NPM_TOKEN=${SECRET} /bin/sh -c npm ci`, 'RUN /bin/sh -c npm ci'],
  ])('is shown without the credential: %s', (written, shown) => {
    expect(publicHistory(written)).toBe(shown);
    expect(find({ history: [written] })).toHaveLength(1);
    expect(JSON.stringify(find({ history: [written] }))).not.toContain(SECRET);
  });

  it.each([
    'RUN TOKEN=$(cat /run/secrets/token) ./setup',
    'RUN curl -H "Authorization: Bearer $TOKEN" https://a.test',
    'RUN git clone https://$USER:$TOKEN@a.test/b.git',
    'RUN SECRET_KEY=dummy python manage.py collectstatic',
    'RUN gpg --batch --passphrase "" --quick-gen-key a',
    'RUN ./configure --with-password=no --enable-token-auth',
    'ENV GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D',
    'ENV MYSQL_ALLOW_EMPTY_PASSWORD=yes DD_API_KEY= TOKEN_URL=https://a.test/token',
    'ENV KEY_FILE=/run/secrets/key PASSWORD_STORE_DIR=/x PUBLIC_KEY=abc12345xyz',
    `RUN NPM_TOKEN=\${NPM_TOKEN} npm ci`,
    'RUN adduser --disabled-password --gecos "" --uid 1001 runner',
    'RUN app --no-token value1234 --password --token-stdin',
    'RUN docker run --user 1000:1000 -u app:staff image',
    'HEALTHCHECK CMD curl -fu "$USER:$PASSWORD" http://localhost',
  ])('stays as it is: %s', written => {
    expect(publicHistory(written)).toBe(written);
    expect(find({ history: [written] })).toEqual([]);
  });
});

it('says where a setting is', () => {
  const found = find({
    env: [`ADMIN_PASSWORD=${SECRET}`, `X=${TOKEN}`, `DATABASE_URL=postgres://a:${SECRET}@db/x`],
    labels: { 'deploy.token': SECRET },
    history: ['ADD a /', `ARG B=${TOKEN}`, `RUN |1 B=${TOKEN} /bin/sh -c curl -u ci:${SECRET} a`],
  });
  expect(found).toEqual([
    { kind: 'password', place: 'env', name: 'ADMIN_PASSWORD', entry: null },
    { kind: 'github-token', place: 'env', name: 'X', entry: null },
    { kind: 'url-password', place: 'env', name: 'DATABASE_URL', entry: null },
    { kind: 'password', place: 'label', name: 'deploy.token', entry: null },
    { kind: 'github-token', place: 'argument', name: 'B', entry: 1 },
    { kind: 'github-token', place: 'argument', name: 'B', entry: 2 },
    { kind: 'url-password', place: 'command', name: null, entry: 2 },
  ]);
});

it('keeps the lines of a text', () => {
  expect(maskTextCredentials(`RUN a --token '${SECRET}\n${SECRET}'\nRUN b`).split('\n')).toHaveLength(3);
});
