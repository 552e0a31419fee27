import { describe, expect, it } from 'vitest';
import { maskTextCredentials } from '../../src/base/text-credentials.ts';
import { findConfigCredentials, runtimeCommands, secretSettings } from '../../src/oci/config-credentials.ts';
import { publicHistory } from '../../src/oci/image-config.ts';
import { random } from '../support/credentials/made-up.ts';

const SECRET = random(20);
const TOKEN = `gh${'p_'}${random(36)}`;
const find = (more: Partial<Parameters<typeof findConfigCredentials>[0]>) =>
  findConfigCredentials({ env: [], labels: {}, history: [], commands: [], ...more });

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
    [`ENV A_PASSWORD=Zq8;${SECRET} B=c`, 'ENV A_PASSWORD=*** B=c'],
    [`ENV A_TOKEN=Qw3(k&l|m)${SECRET}`, 'ENV A_TOKEN=***'],
    [`ENV A_PASSWORD=Xy7 "long ${SECRET}`, 'ENV A_PASSWORD=***'],
    [`ENV A_PASSWORD Xy7 long=${SECRET}`, 'ENV A_PASSWORD ***'],
    [`LABEL "deploy.token"="it's ${SECRET}" b="c d"`, 'LABEL "deploy.token"="***" b="c d"'],
    [`ARG A_PASSWORD='a"b ${SECRET}'`, "ARG A_PASSWORD='***'"],
    [`ENV DB=postgres://app:Pw@with${SECRET}@db.test/app`, 'ENV DB=postgres://app:***@db.test/app'],
    [`RUN git clone https://${SECRET}@a.test/b.git`, 'RUN git clone https://***@a.test/b.git'],
    [`ENV PGPASSWORD=${SECRET} B=c`, 'ENV PGPASSWORD=*** B=c'],
    [`ENV GITHUBTOKEN=${SECRET}`, 'ENV GITHUBTOKEN=***'],
    [`ENV CLIENTSECRET=${SECRET}`, 'ENV CLIENTSECRET=***'],
    [`RUN SSHPASS=${SECRET} sshpass -e ssh a`, 'RUN SSHPASS=*** sshpass -e ssh a'],
    [`ARG GH_PAT=${SECRET}`, 'ARG GH_PAT=***'],
    [`RUN echo 'root:${SECRET}' | chpasswd`, "RUN echo 'root:***' | chpasswd"],
    [`RUN chpasswd <<< "root:${SECRET}"`, 'RUN chpasswd <<< "root:***"'],
    [`RUN chpasswd <<EOF\nroot:${SECRET}\nEOF`, 'RUN chpasswd <<EOF\nroot:***\nEOF'],
    [`RUN bash -c "echo a:${SECRET} | /usr/sbin/chpasswd"`, 'RUN bash -c "echo a:*** | /usr/sbin/chpasswd"'],
    [
      `RUN echo ${SECRET} | docker login a.test --password-stdin`,
      'RUN echo *** | docker login a.test --password-stdin',
    ],
    [`RUN sshpass -p ${SECRET} ssh a`, 'RUN sshpass -p *** ssh a'],
    [`RUN mysql -uroot -p'${SECRET}' < a.sql`, "RUN mysql -uroot -p'***' < a.sql"],
    [`RUN ["mysql", "-p${SECRET}"]`, 'RUN ["mysql", "-p***"]'],
    [`RUN docker login -u b -p ${SECRET} a.test`, 'RUN docker login -u b -p *** a.test'],
    [`RUN curl -fsSub:${SECRET} a.test`, 'RUN curl -fsSub:*** a.test'],
    [`RUN curl --user "b:${SECRET}" a.test`, 'RUN curl --user "b:***" a.test'],
    [`RUN dotnet nuget add source a -p ${SECRET}`, 'RUN dotnet nuget add source a -p ***'],
    [`RUN keytool -genkey -storepass ${SECRET} -alias a`, 'RUN keytool -genkey -storepass *** -alias a'],
    [`RUN openssl genrsa -passout pass:${SECRET} 4096`, 'RUN openssl genrsa -passout pass:*** 4096'],
    [`RUN curl -H "PRIVATE-TOKEN: ${SECRET}" a`, 'RUN curl -H "PRIVATE-TOKEN: ***" a'],
    [`RUN curl -H 'X-API-Key: ${SECRET}' a`, "RUN curl -H 'X-API-Key: ***' a"],
    [`RUN curl --header "JOB-TOKEN:${SECRET}" a`, 'RUN curl --header "JOB-TOKEN:***" a'],
    [`RUN bundle config set gems.a.test b:${SECRET}`, 'RUN bundle config set gems.a.test ***'],
    [
      `RUN composer config -g http-basic.a.test b ${SECRET}`,
      'RUN composer config -g http-basic.a.test b ***',
    ],
    [
      `RUN aws configure set aws_secret_access_key ${SECRET}`,
      'RUN aws configure set aws_secret_access_key ***',
    ],
    [
      `RUN printf 'machine a\\nlogin b\\npassword ${SECRET}\\n' > a`,
      "RUN printf 'machine a\\nlogin b\\npassword ***\\n' > a",
    ],
    [`RUN echo "{\\"password\\": \\"${SECRET}\\"}" > a`, 'RUN echo "{\\"password\\": \\"***\\"}" > a'],
    [`RUN htpasswd -bc a b ${SECRET}`, 'RUN htpasswd -bc a b ***'],
    [`RUN psql -c "CREATE USER a PASSWORD '${SECRET}'"`, `RUN psql -c "CREATE USER a PASSWORD '***'"`],
    [`RUN |1 NPM_TOKEN=${SECRET} /bin/sh -c npm ci`, 'RUN /bin/sh -c npm ci'],
  ])('is shown without the credential: %s', (written, shown) => {
    for (const mark of ['', ' # buildkit']) {
      expect(publicHistory(`${written}${mark}`)).toBe(`${shown}${mark}`);
      const found = find({ history: [`${written}${mark}`] });
      expect(found).toHaveLength(1);
      expect(JSON.stringify(found)).not.toContain(SECRET);
    }
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
    'ENV BYPASS=everything COMPASS=north-west TOKENIZER_PATH=abcdefgh PAD_TOKEN=<pad> STOPTOKEN=endoftext9',
    'RUN echo "set `persist-credentials: false` and ssh-key: `none`"',
    'RUN mkdir -p mysql-data && cp -pr mysql/conf a && tar -pxzf a.tar.gz',
    'RUN mysql -uroot -p"$MYSQL_ROOT_PASSWORD" < a.sql && mysqladmin -p shutdown',
    'RUN docker run -p 8080:80 login && docker compose -p project1 up',
    'RUN apt-get install -y --no-install-recommends sshpass mysql-client zip unzip openssl curl',
    'RUN echo "$USER:$PASSWORD" | chpasswd && cat token.txt | docker login --password-stdin',
    'RUN curl -H "Accept: text/x" -H "User-Agent: mozilla9" -HX-Under:abcdef12 -o a:b12345 https://a.test',
    'RUN bundle config set --local path vendor/bundle && bundle config build.nokogiri --use-system-libraries1',
    'RUN git config user.name builder1 && npm config set cache-folder1 abcdefg1 && aws configure list-profiles',
    'RUN keytool -storepass changeit -alias myalias && openssl req -new -passout env:PW && mc alias list',
    'RUN git clone ssh://git@a.test/b.git && git clone https://someuser@a.test/b.git',
    'RUN pip install a@git+https://github.com/a/b@0123456789abcdef0123456789abcdef01234567',
    'ENV SENTRY_DSN=https://0123456789abcdef0123456789abcdef@o12.ingest.sentry.io/34',
    'ENV IMAGE=docker://a.test:5000/b@sha256:0123456789abcdef',
    ...[
      'grafana',
      'keycloak',
      'ubuntu',
      'jupyter',
      'elastic',
      'airflow',
      'headless',
      'anything',
      'nothing',
      'unsafe-secret-key',
    ].map(value => `ENV ADMIN_PASSWORD=${value}`),
    'ENV ACMEDB_ADMIN_PASSWORD=acmedb FOOBAR_TOKEN=Foobar',
    'HEALTHCHECK CMD curl -fu "$USER:$PASSWORD" http://localhost',
  ])('stays as it is: %s', written => {
    for (const mark of ['', ' # buildkit']) {
      expect(publicHistory(`${written}${mark}`)).toBe(`${written}${mark}`);
      expect(find({ history: [`${written}${mark}`] })).toEqual([]);
    }
  });
});

it('is shown without what is known from the settings', () => {
  const secrets = secretSettings({
    env: [`A_PASSWORD=x Y=${SECRET}`, 'B=c'],
    labels: { token: `${SECRET} Z=x` },
  });
  expect(publicHistory(`ENV A_PASSWORD=x Y=${SECRET} B=c`, secrets)).toBe('ENV A_PASSWORD=*** B=c');
  expect(publicHistory(`LABEL token=${SECRET} Z=x`, secrets)).toBe('LABEL token=***');
});

it('says where a setting is', () => {
  const found = find({
    env: [`ADMIN_PASSWORD=${SECRET}`, `X=${TOKEN}`, `DATABASE_URL=postgres://a:${SECRET}@db/x`],
    labels: { 'deploy.token': SECRET },
    history: ['ADD a /', `ARG B=${TOKEN}`, `RUN |1 B=${TOKEN} /bin/sh -c curl -u ci:${SECRET} a`],
  });
  expect(found).toEqual([
    { kind: 'password', place: 'env', name: 'ADMIN_PASSWORD', entry: null, keyword: null },
    { kind: 'github-token', place: 'env', name: 'X', entry: null, keyword: null },
    { kind: 'url-password', place: 'env', name: 'DATABASE_URL', entry: null, keyword: null },
    { kind: 'password', place: 'label', name: 'deploy.token', entry: null, keyword: null },
    { kind: 'github-token', place: 'argument', name: 'B', entry: 1, keyword: 'ARG' },
    { kind: 'github-token', place: 'argument', name: 'B', entry: 2, keyword: 'RUN' },
    { kind: 'command-password', place: 'command', name: null, entry: 2, keyword: 'RUN' },
  ]);
});

it('says of a variable once what is in its value, though history has no quotes', () => {
  const value = `Server=db;User Id=sa;Password=${SECRET};Encrypt=true`;
  const found = find({
    env: [`CONN=${value}`],
    history: [`ENV CONN=${value}`, 'ENV CONN=', `CMD ["redis-server" "--requirepass" "${SECRET}"]`],
  });
  expect(found).toEqual([
    { kind: 'password', place: 'env', name: 'CONN', entry: null, keyword: null },
    { kind: 'password', place: 'command', name: 'requirepass', entry: 2, keyword: 'CMD' },
  ]);
});

it('says what the image runs, where history does not', () => {
  const commands = runtimeCommands({
    Cmd: ['redis-server', '--requirepass', SECRET],
    Entrypoint: 'not an array',
    Healthcheck: { Test: ['CMD-SHELL', `redis-cli -a ${SECRET} ping`] },
    OnBuild: [`RUN curl -u a:${SECRET} https://a.test`, 'RUN make'],
  });
  const found = find({ commands });
  expect(found.map(({ place, keyword, entry }) => [place, keyword, entry])).toEqual([
    ['command', 'CMD', null],
    ['command', 'HEALTHCHECK', null],
    ['command', 'ONBUILD', null],
  ]);
  expect(JSON.stringify(found)).not.toContain(SECRET);
  const told = find({ commands, history: [`CMD ["redis-server" "--requirepass" "${SECRET}"]`] });
  expect(told.filter(({ keyword }) => keyword === 'CMD')).toHaveLength(1);
  expect(runtimeCommands({ Cmd: null, Healthcheck: 'x' })).toEqual([]);
});

it('keeps the lines of a text', () => {
  expect(maskTextCredentials(`RUN a --token '${SECRET}\n${SECRET}'\nRUN b`).split('\n')).toHaveLength(3);
});
