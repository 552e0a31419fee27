import { describe, expect, it } from 'vitest';
import {
  commitOfContext,
  contextAt,
  isSameRemote,
  readGitContext,
  siblingRemote,
} from '../../src/build/git-context.ts';

const SHA = 'a'.repeat(40);

describe('a git context', () => {
  it.each([
    ['https://github.com/octo/app.git', 'https://github.com/octo/app.git', null, ''],
    ['https://github.com/octo/app.git#main', 'https://github.com/octo/app.git', 'main', ''],
    [
      'https://x:y@host:8443/a.git#refs/pull/7/merge:web/app',
      'https://x:y@host:8443/a.git',
      'refs/pull/7/merge',
      'web/app',
    ],
    ['https://github.com/octo/app.git#:web', 'https://github.com/octo/app.git', null, 'web'],
    ['github.com/octo/app#v1', 'https://github.com/octo/app', 'v1', ''],
    ['git@github.com:octo/app.git#v1:a', 'git@github.com:octo/app.git', 'v1', 'a'],
    ['ssh://git@host/app.git', 'ssh://git@host/app.git', null, ''],
    ['git://host/app#v1', 'git://host/app', 'v1', ''],
    ['https://host/app.git?ref=v1&subdir=web', 'https://host/app.git', 'v1', 'web'],
    ['https://host/app.git?tag=v1', 'https://host/app.git', 'refs/tags/v1', ''],
    ['https://host/app.git?tag=refs/tags/v1', 'https://host/app.git', 'refs/tags/v1', ''],
    [`https://host/app.git?branch=main&commit=${SHA}`, 'https://host/app.git', SHA, ''],
    ['https://host/app.git?commit=abc1234', 'https://host/app.git', 'abc1234', ''],
    ['https://host/app.git?subdir=web#v1', 'https://host/app.git', 'v1', 'web'],
    ['https://host/app.git?branch=main', 'https://host/app.git', 'refs/heads/main', ''],
  ])('%s', (context, remote, ref, folder) => {
    expect(readGitContext(context)).toMatchObject({ remote, ref, folder });
  });

  it.each([
    '.',
    'app',
    'https://host/context.tar.gz',
    'http://host/app',
    'https://github.com/octo/app',
    'https://github.com/octo/app/archive/v1.tar.gz',
    'docker-image://debian',
    'oci-layout://x',
  ])('is not %s', context => {
    expect(readGitContext(context)).toBeNull();
  });

  it.each([
    ['https://host/app.git#refs/pull/7/merge:web/app', `https://host/app.git#${SHA}:web/app`],
    ['github.com/octo/app', `github.com/octo/app#${SHA}`],
    ['git@github.com:octo/app.git#v1', `git@github.com:octo/app.git#${SHA}`],
    ['https://host/app.git?ref=v1&subdir=web&commit=1', `https://host/app.git#${SHA}:web`],
    [
      `https://host/app.git?subdir=web&keep-git-dir=1&ref=${'b'.repeat(40)}`,
      `https://host/app.git?keep-git-dir=1#${SHA}:web`,
    ],
  ])('%s of another commit', (context, other) => {
    const git = readGitContext(context);
    expect(git && contextAt(git, SHA)).toBe(other);
  });

  it('names a commit only by its full id', () => {
    for (const [ref, commit] of [
      [SHA, SHA],
      ['main', null],
      ['abc1234', null],
    ] as const) {
      const git = readGitContext(`https://host/app.git#${ref}`);
      expect(git && commitOfContext(git)).toBe(commit);
    }
  });

  it('is of one repository however that is written', () => {
    const [first = '', ...others] = [
      'https://github.com/octo/app',
      'https://x-access-token:t@GitHub.com/Octo/app.git',
      'git@github.com:octo/app.git',
      'ssh://git@github.com:22/octo/app.git/',
    ];
    for (const other of others) expect(isSameRemote(first, other)).toBe(true);
    for (const other of [
      'https://github.com/octo/app2',
      'https://gitlab.com/octo/app',
      'https://github.com.evil/octo/app',
    ]) {
      expect(isSameRemote(first, other)).toBe(false);
    }
  });

  it.each([
    ['https://github.com/ada/app.git', 'https://github.com/octo/app', 'https://github.com/octo/app.git'],
    ['https://x:y@github.com/ada/app', 'https://github.com/octo/app.git', 'https://x:y@github.com/octo/app'],
    ['git@github.com:ada/app.git', 'https://GitHub.com/octo/app', 'git@github.com:octo/app.git'],
    ['git://127.0.0.1:9418/ada/app.git', 'http://127.0.0.1:80/octo/app', 'git://127.0.0.1:9418/octo/app.git'],
    ['https://github.com/Octo/app.git', 'https://github.com/octo/App', null],
    ['https://git.example.org/ada/app.git', 'https://github.com/octo/app', null],
    ['/srv/git/app.git', 'https://github.com/octo/app', null],
    ['file:///srv/git/app.git', 'https://github.com/octo/app', null],
  ])('of a fork leads to the repository that it was made of: %s', (remote, repository, expected) => {
    expect(siblingRemote(remote, repository)).toBe(expected);
  });
});
