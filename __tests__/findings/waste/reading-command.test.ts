import { expect, it } from 'vitest';
import { readScript } from '../../../src/dockerfile/shell/read-script.ts';
import { onlyReads } from '../../../src/findings/waste/reading-command.ts';

/** Whether the one command reads the words that begin with `/t`, and does nothing else to them. */
function reads(text: string): boolean {
  const [command] = readScript(text).commands;
  if (command === undefined) throw new TypeError('no command');
  return onlyReads(
    command,
    command.words.filter(word => word.includes('/t')),
  );
}

it.each([
  'tar xzf /t/a.tgz',
  'tar -C /opt -xf /t/a.tar',
  'tar --extract --file=/t/a.tar --directory=/opt',
  'unzip -q /t/a.zip -d /opt',
  'cp -r /t/a /opt/',
  'install -m 755 /t/a /usr/bin/a',
  'dpkg -i /t/a.deb',
  'apt-get install -y /t/a.deb',
  'pip install --no-index --find-links=/t a',
  'python3 -m pip install -r /t/requirements.txt',
  'pip install /t/a.whl',
  'sha256sum -c /t/sums',
])('%s only reads', text => {
  expect(reads(text)).toBe(true);
});

it.each([
  'tar czf /t/a.tgz test',
  'tar -xf a.tar -C /t',
  'tar xf a.tar --directory=/t',
  'tar -rf /t/a.tar x',
  'cp -a /t/a /opt/',
  'cp a /t/a',
  'mv /t/a /opt',
  'gunzip /t/a.gz',
  'pip install /t/project',
  'pip install -e /t/project',
  'pip wheel -w /t a',
  'sh /t/a.sh',
  'sed -i s/a/b/ /t/a',
  'npm ci --prefix /t',
])('%s may do more', text => {
  expect(reads(text)).toBe(false);
});
