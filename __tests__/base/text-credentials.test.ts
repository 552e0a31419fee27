// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell scripts
import { describe, expect, it } from 'vitest';
import { findTextCredentials, maskTextCredentials } from '../../src/base/text-credentials.ts';
import { random } from '../support/credentials/made-up.ts';

const SECRET = random(18);

/** As RUNs have them; `@@` stands for the secret. */
// biome-ignore format: a list
const COMMANDS = [
  'curl -fsS -u deploy:@@ https://a.test/x', 'curl --proxy-user "b:@@" https://a.test', 'curl --oauth2-bearer @@ https://a.test',
  "curl -H 'X-JFrog-Art-Api: @@' https://a.test", 'curl -H "Cookie: session_id=@@; lang=en" https://a.test',
  'curl "https://a.test/c/f?sv=2022&sig=@@" -o f', 'curl -d "username=b&password=@@" https://a.test', 'curl -F token=@@ https://a.test',
  'cargo login @@', 'cargo login --registry internal @@', 'vault login @@', 'echo @@ | vault login -', 'snyk auth @@', 'wandb login @@', 'heroku auth:token @@',
  'poetry config pypi-token.pypi @@', 'poetry config http-basic.a b @@', 'composer config -g github-oauth.a.test @@',
  'bundle config set --global https://gems.a.test b:@@', 'rabbitmqctl add_user admin @@', 'htpasswd -bc /etc/a admin @@', 'htpasswd -nbB admin @@',
  'mc alias set a https://a.test AKEY @@', 'rclone config create s3 s3 secret_access_key @@', 'nuget setapikey @@ -Source a', 'isql db sa @@',
  'npm config set _auth "@@"', 'grafana-cli admin reset-admin-password @@', 'lftp -u bob,@@ sftp://a.test', 'lftp -e "open -u bob,@@ a.test; bye"',
  'smbclient //a/b -U bob%@@ -c get', 'x11vnc -storepasswd @@ /etc/a', 'mvn -q deploy -Dserver.password=@@', 'mvn -Dgpg.passphrase=@@ deploy',
  'JAVA_OPTS="-Xmx1g -Djavax.net.ssl.keyStorePassword=@@" ./run', 'gradle -Psigning.password=@@ publish', 'tool -token=@@', 'tool -Password @@',
  'printf "@@\\n@@\\n" | passwd root', '(echo "@@"; echo "@@") | passwd bob', 'echo @@ | passwd --stdin bob', 'echo @@ | htpasswd -ic /etc/a admin',
  'echo @@ | gpg --batch --passphrase-fd 0 -d a', 'echo @@ | vncpasswd -f > /etc/a', 'kinit bob <<< @@', 'gh auth login --with-token <<< "@@"',
  'useradd -p $(openssl passwd -1 @@) bob', 'useradd -p "$(openssl passwd -6 -salt ab @@)" bob', 'useradd -p "$(echo @@ | openssl passwd -1 -stdin)" bob',
  'echo "a-server a-server/root_password password @@" | debconf-set-selections', 'debconf-set-selections <<< "a a/root_password password @@"',
  'echo "password: @@" >> /etc/a.yml', 'echo "password = \'@@\'" >> /etc/a.ini', 'echo "requirepass @@" >> /etc/redis.conf', 'printf "user a\\npassword @@\\n" > a',
  'echo \'define("DB_PASSWORD", "@@");\' >> a.php', 'echo "<password>@@</password>" > a.xml', 'echo \'<add key="ClearTextPassword" value="@@" />\' > a',
  'sed -i "s/__DB_PASSWORD__/@@/" /etc/a', 'sed -i "s|^requirepass .*|requirepass @@|" /etc/redis.conf', 'sed -i "s#password=.*#password=@@#g" a',
  'mysql -e "SET PASSWORD FOR root = PASSWORD(\'@@\')"', 'psql "host=db user=b password=@@ dbname=c"', 'node -e "require(\'a\')({apiKey: \'@@\'})"',
  'expect -c \'spawn su; expect "Password:"; send "@@\\r"\'', 'powershell ConvertTo-SecureString "@@" -AsPlainText -Force', 'net user bob @@ /add',
  'git clone https://@@:x-oauth-basic@github.com/a/b', 'curl -u @@:x-oauth-basic https://a.test', 'curl -u "b":"@@" https://a.test', 'curl -u "$USER":@@ https://a.test',
  'echo "$u:@@" | chpasswd', "printf 'root:%s\\n' @@ | chpasswd", 'echo root:"@@" | chpasswd', 'echo "root":"@@" | chpasswd', "printf '%s\\n' @@ @@ | passwd", '{ echo @@; echo @@; } | passwd root',
  "passwd root <<< $'@@\\n@@'", 'mysql -e "ALTER USER a IDENTIFIED WITH caching_sha2_password BY \'@@\'"', "mysql -e 'GRANT ALL ON *.* TO a IDENTIFIED BY \"@@\"'",
  'mysql -e "SET PASSWORD FOR a = \'@@\'"', 'psql -c "CREATE USER a PASSWORD E\'@@\'"', 'ssh-keygen -t rsa -N "@@" -f /a', 'redis-cli config set requirepass @@',
  './steamcmd.sh +login bob @@ +app_update 740 +quit', '/opt/a/bin/add-user.sh admin @@ --silent', 'slappasswd -s @@', 'useradd -p $(mkpasswd -m sha-512 @@) bob',
  'useradd -p $(perl -e \'print crypt("@@", "ab")\') bob', 'conda install -c https://conda.anaconda.org/t/@@/main a', 'echo "db.test:5432:a:a:@@" > ~/.pgpass',
  "php -r \"\\$c['password'] = '@@';\"", "rails runner \"User.create(password => '@@')\"", 'pwsh -c "$env:TOKEN=\'@@\'"', 'jupyter lab --NotebookApp.token=@@', 'setx API_TOKEN @@ /M',
  'export A_TOKEN="${A_TOKEN:-@@}"', 'echo \'{"github-oauth":{"github.com":"@@"}}\' > a', 'crudini --set /etc/a.conf DEFAULT admin_password @@', 'echo @@ > /run/db_password',
  'curl -H "Authorization: Splunk @@" https://a.test', 'echo "machine github.com login @@ab" > ~/.netrc',
  'echo "${USER:-root}:@@" | chpasswd', 'echo "root:@@" | tee /a | chpasswd', 'tool --password "a\\"@@ b"', 'tool --password a\\ @@',
  'git config --global http.extraheader "Authorization: Basic @@"', 'ansible-playbook -e ansible_become_pass=@@ a.yml', 'netlify deploy --auth=@@',
];

describe('a command', () => {
  it.each(COMMANDS)('is shown without its credential: %s', command => {
    const text = command.replaceAll('@@', SECRET);
    // biome-ignore format: a list
    const written = [
      `RUN ${text}`, `RUN ${text} # a note`, `RUN ${text} >/dev/null 2>&1`, `RUN ${text} \\\n    # a note\n    && true`, `RUN set -eux; \\\n    ${text}; \\\n    true`,
      `RUN if true; then ${text}; fi`, `RUN ( ${text} )`, `RUN --mount=type=cache,target=/a \\\n    ${text}`, `RUN <<EOF\nset -e\n${text}\nEOF`, `RUN /bin/sh -c ${text} # buildkit`,
      `RUN /opt/run -c ${text} # a note`, `/bin/bash -o pipefail -c ${text}`, `#7 [2/4] RUN ${text}`, `RUN A=b sudo -E ${text}`,
    ];
    for (const each of written) expect(maskTextCredentials(each)).not.toContain(SECRET);
  });

  it.each([
    ['RUN', ['curl', '-u', 'a:@@', 'https://a.test']],
    ['RUN', ['curl', '-ua:@@', 'https://a.test']],
    ['RUN', ['cargo', 'login', '@@']],
    ['RUN', ['mysql', '-uroot', '-p@@']],
    ['CMD', ['redis-server', '--requirepass', '@@']],
    ['ENTRYPOINT', ['java', '-Ddb.password=@@', '-jar', 'a.jar']],
    ['RUN', ['sh', '-c', 'echo root:@@ | chpasswd']],
  ])('is shown without its credential as an array: %s %j', (keyword, words) => {
    const filled = words.map(word => word.replace('@@', SECRET));
    // As a Dockerfile has it, and as history does.
    for (const text of [JSON.stringify(filled), `[${filled.map(word => JSON.stringify(word)).join(' ')}]`]) {
      expect(maskTextCredentials(`${keyword} ${text}`)).not.toContain(SECRET);
    }
  });
});

// biome-ignore format: a list
it.each([
  'JDBC_URL="jdbc:mysql://db/a?user=b&password=@@"', 'CONN="Server=db;User Id=sa;Password=@@;Encrypt=true"', 'DSN="b:@@@tcp(db:3306)/a"', 'NEXUS_CRED=b:@@',
  'A_TOKEN_BETA=@@', 'DB_PASSWORD1=@@', 'BUNDLE_GITHUB__COM=@@:x-oauth-basic', 'BASIC_AUTH=b:@@', 'AUTH=@@', 'CREDS={"user":"b","pass":"@@"}', 'DB_PW=@@', 'MYSQLPW=@@', 'API_BEARER=@@', 'A="b c" TOKEN=@@ D=e',
])('a setting is shown without its credential: %s', setting => {
  const text = setting.replace('@@', SECRET);
  for (const each of [`ENV ${text}`, `LABEL ${text}`, `ENV ${text.replaceAll('"', '')}`]) {
    expect(maskTextCredentials(each)).not.toContain(SECRET);
  }
});

it.each([
  'RUN curl -H "Authorization: Bearer \\\n    @@" https://a.test',
  'RUN mysql -uroot -p\\\n@@ < a.sql',
  'RUN DB_PASSWORD=\\\n@@ ./run',
  'RUN cargo login \\\n    # a note\n    @@ \\\n    && true',
  '# escape=`\nFROM a\nRUN net user bob `\n    @@ /add',
  '# escape=`\nFROM a\nENV SECRET_TOKEN=`\n@@',
  '# curl -u a:@@ \\\n# and more \\\nRUN true',
])('a line that goes on hides none: %j', text => {
  const masked = maskTextCredentials(text.replace('@@', SECRET));
  expect(masked).not.toContain(SECRET);
  expect(masked.split('\n')).toHaveLength(text.split('\n').length);
});

it('an address that whoever has it may write to is a credential', () => {
  const found = [
    `https://discord.com${'/api/'}webhooks/${random(18, '0123456789')}/${random(60)}`,
    `https://a.webhook.${'office'}.com/webhookb2/${random(30)}@${random(30)}/IncomingWebhook/${random(32)}/a`,
  ].flatMap(findTextCredentials);
  expect(found.map(({ kind }) => kind)).toEqual(['discord-webhook', 'teams-webhook']);
});

/** All of a kind that real Dockerfiles have. */
// biome-ignore format: a list
it.each([
  'RUN apt-get install -y lighttpd-mod_auth gzip passwd net-tools isql', 'RUN echo "a-server a-server/root_password seen true" | debconf-set-selections',
  'CMD ["bundle", "exec", "rackup", "-p", "3002", "--host", "0.0.0.0", "-s", "puma"]', 'RUN useradd -p "$(openssl passwd -1 -stdin < a)" builder',
  'ENV DB_PASS **None** FTP_PASS=**Random**', 'ENV A_TOKEN please_set_environment_variable', 'ENV WORDPRESS_DB_PASSWORD=EnvVarHere DB_PASS=changethepass',
  'RUN echo "AuthPass=%%SMTP_PASSWORD%%" >> a', 'RUN tool set broker "amqp://%(RABBITMQ_USER)s:%(RABBITMQ_PASS)s@%(RABBITMQ_HOST)s/"',
  'RUN sed -e "s/_PASSWORD=.*/_PASSWORD=[hidden]/g" a', 'RUN sed -i "s/app.secret=.*$/app.secret=$hash/" a', 'RUN sed -i "s/api_key = .*/api_key = $KEY/" a',
  'RUN Rscript -e \'install_github("a/b", auth_token=as.character("c"))\'', 'ARG SIGNING_KEY="0xBB572E0E2D182910"', 'ENV APP_KEY=base64:',
  'RUN wget --header "Cookie: gpw_e24=http%3A%2F%2Fwww.a.test%2F; oraclelicense=accept-securebackup-cookie" https://a.test',
  'RUN echo "HashedControlPassword 16:EAC87D69574E4A7160E42379D1EAAD4CBE6FB84D350ADA833ECAEAB9E7" >> /etc/tor/torrc', 'RUN echo "rixs:rixs" | chpasswd',
  'CMD ["server", "--create-master-key", "server.cfg.py"]', 'ENV GOOGLE_CREDS=/run/a.json', 'RUN openssl enc -d -in a -pass pass:$KEY -out b',
  'RUN echo "Password: required" && echo "token: see below"', 'RUN echo "a:x:1000:1000::/home/a9:/bin/sh" | tee -a /etc/passwd', 'RUN grep -v root /etc/passwd | sort',
  'RUN docker build --secret id=npmrc9,src=.npmrc .', 'ENV AUTH=oauth2 DEFAULT_AUTH=basic SESSION=memory-store9', 'RUN sudo -u www composer config --global --auth http-basic.a.test $USER $TOKEN',
  'RUN cargo login # reads the token from a file1', 'RUN [ "$TOKEN" = "abcdefg1" ] && test "$password" = \'abcdefg1\'', 'RUN chmod 600 /root/.vnc/passwd && chown a:b1c2d3e4 f',
  'RUN ./steamcmd.sh +login anonymous +app_update 740 validate9 +quit', 'RUN apt-get install -y jq sshpass genisoimage9 php7-session php7-xml9',
  'RUN echo "psql -c create9" | su - postgres', 'RUN echo "nobody:x:65534:65534:nobody:/:" > /etc/passwd', 'RUN crudini --set a.conf auth enable9 True',
  'ENV DB_PASS=override_this TOKEN=PROVIDE_ME RCON_PASSWORD=rconpassword REPLICATION_PASS=replication_pass1 NOVA_PASS=novapass',
  'ENV VNC_PASSWORD=screencast MOODLE_PASSWORD="bitnami" A_PASSWORD=P@ssw0rd1 B_PASSWORD=my-secret-pw C_TOKEN=unset D_SECRET=client_secret',
  'CMD ["jupyter", "--NotebookApp.password=sha1:98b767162d34:8da1bc3c75a0f29145769edc977375a373407824"]',
  '# We bundle stack because it cannot resolve stackage.org', 'RUN mkdir -p secret && cp -r token1 secret/token1',
])('is no credential: %s', text => {
  expect(maskTextCredentials(text)).toBe(text);
});
