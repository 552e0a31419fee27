// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Dockerfiles
import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../../src/dockerfile/dockerfile.ts';
import { isIndependent } from '../../../src/findings/order/independent-run.ts';

function isFree(run: string, directory = 'app', workdir: string | null = 'app'): boolean {
  const [instruction] = parseDockerfile(`FROM a\nRUN ${run}`, 'Dockerfile').instructions.slice(1);
  if (instruction === undefined) throw new TypeError('there is an instruction');
  return isIndependent(instruction, { directory, workdir });
}

describe('a RUN that needs nothing of a directory', () => {
  it.each([
    'apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*',
    'set -eux; apk add --no-cache git; apk del git',
    'curl -fsSL https://example.org/app/tool.tar.gz | tar -xz -C /opt',
    'curl -fsSL "https://example.org/tool-$(uname -m)" -o /usr/local/bin/tool && chmod +x /usr/local/bin/tool',
    'useradd --uid 1000 app && mkdir -p /data && chown app /data',
    'pip install --no-cache-dir gunicorn==23.0.0',
    'npm install -g @scope/tool',
    'npm install --location=global @scope/tool',
    'yarn global add serve',
    'apt-mark hold curl',
    'zypper refresh && zypper install -y curl',
    'echo one > /etc/motd',
    '["apt-get", "install", "-y", "curl"]',
    '--mount=type=cache,target=/var/cache/apt apt-get install -y curl',
  ])('%s', run => {
    expect(isFree(run)).toBe(true);
  });

  it.each([
    ['a program that may read anything', 'make'],
    ['a shell that is given a script', 'curl -fsSL https://example.org/x.sh | sh'],
    ['a path in it', 'cp /app/tool /usr/bin/tool'],
    ['its parent', 'chown -R app /'],
    ['a redirection from it', 'echo x > /app/x'],
    ['an option with it', 'tar -xf /tmp/x.tar --directory=/app'],
    ['a file where it begins', 'tar -xf vendor.tar'],
    ['a package that is a file', 'apt-get install -y ./tool.deb'],
    ['packages that a file names', 'apt-get install -y $(cat packages)'],
    ['packages that a variable names', 'apt-get install -y $PACKAGES'],
    ['input from a file', 'apt-get install -y curl < answers'],
    ['a mount from elsewhere', '--mount=type=bind,source=.,target=/x apt-get install -y curl'],
    ['the project that it begins in', 'npm install express'],
    ['an install of the manifest', 'npm ci'],
    ['a build', 'go build ./...'],
    ['a repository that is a file', 'zypper ar ./my.repo && zypper in curl'],
    ['its long form', 'zypper --non-interactive addrepo my.repo'],
    ['scripts of installed packages', 'dpkg-reconfigure locales'],
    ['a package called global', 'npm install global'],
    ['nothing', ''],
  ])('not: %s', (_why, run) => {
    expect(isFree(run)).toBe(false);
  });

  it('may name files where the directory is elsewhere', () => {
    expect(isFree('tar -xf vendor.tar', 'app', 'tmp')).toBe(true);
    expect(isFree('npm install express', 'app', 'web')).toBe(true);
    expect(isFree('tar -xf vendor.tar', 'app', null)).toBe(false);
  });

  it.each(['', 'etc/apt', 'usr/local/bin', 'root', 'home/node', 'var/lib'])(
    'may need whatever is in /%s',
    directory => {
      expect(isFree('apt-get install -y curl', directory)).toBe(false);
    },
  );

  it.each(['srv', 'usr/src/app', 'home/node/app', 'var/www/html', 'root/app'])(
    'does without /%s',
    directory => {
      expect(isFree('apt-get install -y curl', directory)).toBe(true);
    },
  );
});
