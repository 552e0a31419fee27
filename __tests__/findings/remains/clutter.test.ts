import { expect, it } from 'vitest';
import { clutterOf } from '../../../src/findings/remains/clutter.ts';

it.each([
  ['.git/HEAD', 'history', '.git', '.git'],
  ['.git', null, '', ''],
  ['app/.git/objects/a', 'history', 'app/.git', '.git'],
  ['.idea/a/b.xml', 'workshop', '.idea', '.idea'],
  ['a/.DS_Store', 'workshop', 'a/.DS_Store', '.DS_Store'],
  ['a/.b.txt.swp', 'workshop', 'a/.b.txt.swp', '*.swp'],
  ['Dockerfile', 'workshop', 'Dockerfile', 'Dockerfile'],
  ['Dockerfile.dev', 'workshop', 'Dockerfile.dev', 'Dockerfile.dev'],
  ['docker-compose.prod.yml', 'workshop', 'docker-compose.prod.yml', 'docker-compose.prod.yml'],
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
  expect(clutterOf(path)).toEqual(kind === null ? null : { kind, root, name });
});

it('takes hostile names in good time', () => {
  const start = performance.now();
  for (const name of ['compose-a'.repeat(20_000), `Dockerfile.${'-'.repeat(50_000)}`, 'a/'.repeat(50_000)]) {
    clutterOf(name);
  }
  expect(performance.now() - start).toBeLessThan(1000);
});
