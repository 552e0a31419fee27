import { expect, it } from 'vitest';
import { pathCollector } from '../../src/packages/named-paths.ts';
import { file } from '../support/scans/scan.ts';

const words = (text: string, path = 'app/server.js'): unknown =>
  pathCollector.collect(file(path, text.length), Buffer.from(text));

it('wants small texts of own programs and configurations', () => {
  const wants = (path: string, size = 100): boolean => pathCollector.wants(file(path, size));
  for (const path of ['app/server.js', 'srv/index.php', 'etc/app.conf', 'a.yml', 'a.d.ts', 'a.service'])
    expect(wants(path)).toBe(true);
  for (const path of ['usr/src/app/server.js', 'usr/share/nginx/html/index.php'])
    expect(wants(path)).toBe(true);
  for (const path of ['app/node_modules/x/index.js', 'usr/src/linux-headers-6.1/a.json', 'usr/share/x/a.js'])
    expect(wants(path)).toBe(false);
  expect(wants('app/logo.png')).toBe(false);
  expect(wants('app/server.js', 100_000)).toBe(false);
});

it.each([
  ["open('/tmp/geo.db')", '/tmp/geo.db'],
  ["join(tmpdir(), 'geo.db')", 'geo.db'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: JavaScript
  ['open(`${dir}/geo.db`)', '/geo.db'],
  ['root /srv/www; root /srv/www;', '/srv/www'],
  ['path:/srv/a', '/srv/a'],
  ['https://a.test/b </div> a/b', null],
  [`open('/tmp/${'ghp'}_0123456789abcdefghijABCDEFGHIJ012345')`, '/tmp'],
  ['open("/tmp/a")\0', null],
])('%s', (text, expected) => {
  expect(words(text)).toBe(expected);
});

it.each([
  ["execFileSync('apt-get', ['install', '-y', plugin]);", 'apt-get install'],
  ["spawn('apt-get', [\n  'install',\n  '-y',\n])", 'apt-get install'],
  ["execFile('/usr/bin/apt-get', ['install'])", 'apt-get install /usr/bin/apt-get'],
  ['shell_exec("sudo apt-get update && apt-get install -y x")', 'apt-get update install'],
  ["exec('apt', ['install', 'x'])", 'apt install'],
  ["exec('apt -y --quiet install x')", 'apt install'],
  ['  // apt-get install x', null],
  ['an apt name to install', null],
  ['snapt-get my.apt-get', null],
])('of calls of apt keeps the verbs: %s', (text, expected) => {
  expect(words(text)).toBe(expected);
});

it('keeps no more than a few thousand characters of a file', () => {
  const letters = (index: number): string =>
    String(index).replaceAll(/\d/g, digit => 'abcdefghij'[Number(digit)] ?? '');
  const many = Array.from({ length: 5000 }, (_, index) => `/srv/${letters(index)}`).join(' ');
  expect(String(words(many)).length).toBeLessThan(4100);
});
