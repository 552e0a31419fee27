import { describe, expect, it } from 'vitest';
import { credentialsIn, withoutCredentials, withoutLogin } from '../../src/base/credentials.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;

describe('a reference', () => {
  it.each([
    ['docker://me:hunter2@host/app', 'docker://host/app'],
    ['docker://me:a/b@host/app', 'docker://host/app'],
    ['docker://me:a@b@host/app', 'docker://host/app'],
    ['docker://me:1/b@host:5000/app:1', 'docker://host:5000/app:1'],
    ['docker://TOKEN@host/app', 'docker://host/app'],
    ['docker:/me:hunter2@host/app', 'docker:/host/app'],
    ['me:hunter2@host/app', 'host/app'],
    ['me:a/b@host/app', 'host/app'],
    ['TOKEN@host/app:1', 'host/app:1'],
    ['docker-daemon:me:hunter2@host/app', 'docker-daemon:host/app'],
    ['podman:me:hunter2@host/app', 'podman:host/app'],
    [`me:hunter2@host/app@${DIGEST}`, `host/app@${DIGEST}`],
    ['https://host/app?token=abc&x=1', 'https://host/app?token=***&x=1'],
  ])('has no login: %s', (written, shown) => expect(withoutLogin(written)).toBe(shown));

  it.each([
    `app:1@${DIGEST}`,
    `docker://localhost:5000/app@${DIGEST}`,
    'app@latest',
    'docker-archive:./a.tar:app:1',
    'oci:dir',
  ])('stays as it is: %s', written => expect(withoutLogin(written)).toBe(written));
});

describe('a text', () => {
  it.each([
    ['a https://me:hunter2@host/r.git b', 'a https://host/r.git b'],
    ['a https://me:a/b@host/r.git b', 'a https://host/r.git b'],
    ['a https://me:token=@host/r.git b', 'a https://host/r.git b'],
    ['a https://me:x1y2z3:token=@host/r.git b', 'a https://host/r.git b'],
    ['a https://me:a@b@host/r.git b', 'a https://host/r.git b'],
    ["fatal: 'https://TOKEN@host/r.git/' not found", "fatal: 'https://host/r.git/' not found"],
    [
      'GET https://h/b?X-Amz-Credential=A&X-Amz-Signature=B&se=1',
      'GET https://h/b?X-Amz-Credential=***&X-Amz-Signature=***&se=1',
    ],
    ['https://h/c?sv=1&sig=ab%2Bc#x', 'https://h/c?sv=1&sig=***#x'],
    [
      'type=s3,access_key_id=A,secret_access_key=B,region=x',
      'type=s3,access_key_id=***,secret_access_key=***,region=x',
    ],
    ['> Authorization: Basic bWU6aHVudGVyMg==', '> Authorization: Basic ***'],
    ['"proxy-authorization":"Bearer abc.def"', '"proxy-authorization":"Bearer ***"'],
    [`a ghp_${'a'.repeat(36)} b`, 'a *** b'],
  ])('has no credentials: %s', (written, shown) => {
    expect(withoutCredentials(written)).toBe(shown);
    expect(withoutCredentials(shown)).toBe(shown);
  });

  it.each([
    'git@github.com:octo/app.git',
    'Write dir:PATH, docker://NAME[:TAG|@DIGEST], containers-storage:NAME[:TAG].',
    'http://localhost:4873/@scope/name',
    `docker://localhost:5000/app@${DIGEST}`,
    'RUN npm install @scope/name@1.2.3',
    'https://host/path?x=a@b',
    'mail me@example.org about it',
    'Check the authorization of this job.',
  ])('stays as it is: %s', written => expect(withoutCredentials(written)).toBe(written));
});

describe('a login of any length', () => {
  const long = 'x'.repeat(70_000);

  it.each([
    [`https://${long}@host/r`, long],
    [`https://u:${long}@host/r`, long],
    [`https://u:a/${long}@host/r`, `a/${long}`],
    [`https://u:a@${long}@host/r`, `a@${long}`],
    [`https://${long}:pass@host/r`, 'pass'],
  ])('is found and is gone', (written, secret) => {
    expect(withoutCredentials(written)).toBe('https://host/r');
    expect(credentialsIn(written)).toContain(secret);
  });

  it('is found without a scheme', () => {
    expect(credentialsIn(`type=registry,ref=u:${long}@host/r`)).toContain(long);
    expect(credentialsIn(`${long}:a=${long}@host/r`)).toContain(`a=${long}`);
  });
});
