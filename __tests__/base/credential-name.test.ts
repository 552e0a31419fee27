import { expect, it } from 'vitest';
import { namesCredential, namesSecret } from '../../src/base/credential-name.ts';

it.each([
  'NPM_TOKEN',
  'dbPassword',
  'spring.datasource.password',
  'PGPASSWORD',
  'SSHPASS',
  'DB_PASS',
  'DEPLOYTOKEN',
  'NODEPASSWORD',
  'CLIENTSECRET',
  'SIGNING_KEY',
  'DJANGO_SECRET_KEY_BASE',
  'GH_PAT',
])('%s is a secret, and hidden where a job has it', name => {
  expect(namesSecret(name)).toBe(true);
  expect(namesCredential(name)).toBe(true);
});

it.each(['AWS_ACCESS_KEY_ID', 'TOKEN_URL', 'DOCKER_AUTH_CONFIG', 'NPM_AUTH', 'NOPASSWD', 'STOPTOKEN'])(
  '%s is hidden alone',
  name => {
    expect(namesSecret(name)).toBe(false);
    expect(namesCredential(name)).toBe(true);
  },
);

it.each(['BYPASS', 'COMPASS', 'OLDPWD', 'TOKENIZER_PATH', 'CACHE_KEY', 'GPG_KEY'])('%s is neither', name => {
  expect(namesSecret(name)).toBe(false);
  expect(namesCredential(name)).toBe(false);
});

it('leaves the folder of a shell to the commands of a job', () => {
  expect(namesCredential('PWD')).toBe(false);
});
