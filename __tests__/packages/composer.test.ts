import { describe, expect, it } from 'vitest';
import { file } from '../support/fabricate/node.ts';
import { collected, packagesIn, summary } from './packaged.ts';

const RECORD = 'srv/vendor/composer/installed.json';

function record(value: unknown) {
  return file(JSON.stringify(value));
}

describe('what Composer installed', () => {
  it('is in the directories that its record names, relative to it', async () => {
    const { packages, ownerOf } = await packagesIn({
      [RECORD]: record({
        packages: [
          { name: 'acme/mailer', version: 'v6.4.1', 'install-path': '../acme/mailer' },
          { name: 'acme/theme', version: '1.0.0', 'install-path': '../../web/themes/acme' },
          { name: 'acme/all', version: '2.0.0', 'install-path': null },
        ],
        'dev-package-names': [],
      }),
      'srv/vendor/acme/mailer/src/Mail.php': file(70),
      'srv/vendor/acme/mailer2/a.php': file(3),
      'srv/web/themes/acme/a.css': file(20),
    });
    expect(summary(packages)).toEqual(['acme/mailer v6.4.1 70', 'acme/theme 1.0.0 20']);
    expect(packages[0]).toMatchObject({ type: 'composer', path: 'srv/vendor/acme/mailer' });
    expect(ownerOf('srv/vendor/acme/mailer2/a.php')).toBeNull();
  });

  it('was a list before, of packages by their names', async () => {
    const { packages } = await packagesIn({
      [RECORD]: record([{ name: 'acme/mailer', version: '1.2.3' }]),
      'srv/vendor/acme/mailer/a.php': file(5),
    });
    expect(summary(packages)).toEqual(['acme/mailer 1.2.3 5']);
  });

  it.each([
    ['the directory that the record is in', '.'],
    ['one above it', '../..'],
    ['the root', '/'],
  ])('is never %s', async (_name, path) => {
    const { packages } = await packagesIn({
      [RECORD]: record({ packages: [{ name: 'acme/app', version: '1', 'install-path': path }] }),
      'srv/index.php': file(5),
    });
    expect(packages).toEqual([]);
  });

  it.each([
    ['{"packages": 5}', []],
    ['{"packages": [null, {"version": "1"}, {"name": "a\\u0000b"}]}', []],
    ['[{"name": "a/b", "install-path": 7}]', [{ name: 'a/b', version: '', path: '../a/b' }]],
    ['{', null],
  ])('is read from %s', (text, value) => {
    expect(collected(RECORD, text)).toEqual(value);
  });

  it('is not what another file of that name says', () => {
    expect(collected('srv/composer/installed.jsonx', '[]')).toBeNull();
    expect(collected('srv/mycomposer/installed.json', '[{"name": "a/b"}]')).toBeNull();
  });
});
