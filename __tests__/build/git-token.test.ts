import { expect, it } from 'vitest';
import { withGitToken } from '../../src/build/git-token.ts';
import { buildInputs } from '../support/option-values.ts';

const job = { token: 'ghs_canary', repository: 'https://github.com/octo/app', isDefaultContext: false };

it.each([
  ['https://github.com/octo/app.git', true],
  ['https://github.com/octo/app.git#v1:sub', true],
  ['https://github.com/Octo/App.git', true],
  ['http://github.com/octo/app.git', false],
  ['https://github.com:8443/octo/app.git', false],
  ['https://github.com/octo/other.git', false],
  ['https://github.com.example/octo/app.git', false],
  ['git@github.com:octo/app.git', false],
  ['ssh://git@github.com/octo/app.git', false],
  ['.', false],
])('the token of the job goes to the build of %s: %s', (context, isGiven) => {
  const { secrets } = withGitToken(buildInputs({ context }), job);
  expect(secrets).toEqual(isGiven ? ['GIT_AUTH_TOKEN.github.com=ghs_canary'] : []);
});

it('goes by the protocol of the server itself', () => {
  const own = { ...job, repository: 'http://git.example:3000/octo/app' };
  const given = (context: string) => withGitToken(buildInputs({ context }), own).secrets.length;
  expect(given('http://git.example:3000/octo/app.git')).toBe(1);
  expect(given('http://git.example/octo/app.git')).toBe(0);
});
