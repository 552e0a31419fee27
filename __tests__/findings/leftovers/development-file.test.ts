import { expect, it } from 'vitest';
import { findDevelopmentFile } from '../../../src/findings/leftovers/development-file.ts';
import { computedMs } from '../../support/computed.ts';

it.each([
  ['.git/HEAD', 'history', '.git', '.git'],
  ['.git', null, '', ''],
  ['app/.git/objects/a', 'history', 'app/.git', '.git'],
  ['.idea/a/b.xml', 'tooling', '.idea', '.idea'],
  ['a/.DS_Store', 'tooling', 'a/.DS_Store', '.DS_Store'],
  ['a/.b.txt.swp', 'tooling', 'a/.b.txt.swp', '*.swp'],
  ['Dockerfile', 'tooling', 'Dockerfile', 'Dockerfile'],
  ['Dockerfile.dev', 'tooling', 'Dockerfile.dev', 'Dockerfile.dev'],
  ['docker-compose.prod.yml', 'tooling', 'docker-compose.prod.yml', 'docker-compose.prod.yml'],
  ['templates/Dockerfile', null, '', ''],
  ['composer.json', null, '', ''],
  ['.env', 'env-file', '.env', '.env'],
  ['a/.env.local', 'env-file', 'a/.env.local', '.env.local'],
  ['.env.example', null, '', ''],
  ['.environment', null, '', ''],
  ['src/tests/a.py', 'tests', 'src/tests', 'tests'],
  ['node_modules/a/.git/HEAD', null, '', ''],
  ['README.md', null, '', ''],
])('%s is %s', (path, kind, root, name) => {
  expect(findDevelopmentFile(path)).toEqual(kind === null ? null : { kind, root, name });
});

it('takes hostile names in good time', () => {
  const start = computedMs();
  for (const name of ['compose-a'.repeat(20_000), `Dockerfile.${'-'.repeat(50_000)}`, 'a/'.repeat(50_000)]) {
    findDevelopmentFile(name);
  }
  expect(computedMs() - start).toBeLessThan(1000);
});
