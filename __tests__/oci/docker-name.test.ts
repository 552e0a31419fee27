import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatDockerName,
  normalizeName,
  parseDockerName,
  withDefaultTag,
} from '../../src/oci/docker-name.ts';

const HEX = 'a'.repeat(64);

describe('names of images', () => {
  it.each([
    ['debian', 'docker.io/library/debian:latest'],
    ['debian:bookworm', 'docker.io/library/debian:bookworm'],
    ['index.docker.io/debian', 'docker.io/library/debian:latest'],
    ['docker.io/debian', 'docker.io/library/debian:latest'],
    ['grafana/grafana', 'docker.io/grafana/grafana:latest'],
    ['ghcr.io/a/b/c:1', 'ghcr.io/a/b/c:1'],
    ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/app:1.0', 'localhost:5000/app:1.0'],
    ['127.0.0.1:40667/app', '127.0.0.1:40667/app:latest'],
    ['[::1]:5000/app', '[::1]:5000/app:latest'],
    ['Registry/app', 'Registry/app:latest'],
    ['x/a__b-c--d.e/f_g', 'docker.io/x/a__b-c--d.e/f_g:latest'],
    [`debian@sha256:${HEX}`, `docker.io/library/debian@sha256:${HEX}`],
    [`debian:12@sha256:${HEX}`, `docker.io/library/debian:12@sha256:${HEX}`],
  ])('%s is %s', (text, normal) => {
    expect(normalizeName(text)).toBe(normal);
  });

  it.each([
    ['', 'form'],
    ['Debian', 'lower case'],
    ['debian:', 'tag'],
    ['debian:-x', 'tag'],
    [`debian:${'t'.repeat(129)}`, 'tag'],
    ['debian@sha256:12', 'digest'],
    ['a//b', 'form'],
    ['a/', 'form'],
    ['_a', 'form'],
    ['a..b', 'form'],
    ['host.example:port/a', 'host name'],
    ['-h.example/a', 'host name'],
    [`a/${'b'.repeat(260)}`, 'longer'],
    ['x'.repeat(2000), 'too long'],
    ['a b', 'form'],
    ['a?b#c', 'form'],
  ])('refuses %s: %s', (text, why) => {
    expect(() => parseDockerName(text)).toThrowError(expect.objectContaining({ code: 'reference-invalid' }));
    expect(() => parseDockerName(text)).toThrowError(why);
  });

  it('reads what it writes', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,8})?$/);
    const tag = fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,10}$/), { nil: null });
    const digest = fc.constantFrom(null, `sha256:${HEX}`);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), tag, digest, (parts, tag, digest) => {
        const text = `example.com:5000/${parts.join('/')}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`;
        const name = parseDockerName(text);
        expect(name).toEqual({ registry: 'example.com:5000', repository: parts.join('/'), tag, digest });
        expect(formatDockerName(name)).toBe(text);
        expect(parseDockerName(formatDockerName(withDefaultTag(name)))).toEqual(withDefaultTag(name));
      }),
    );
  });

  it('says how a name is written, with what else it may be, and keeps a login out of that', () => {
    const otherwise = ', or docker-archive:PATH';
    const remedyOf = (remedy: string) => expect.objectContaining({ remedy });
    expect(() => parseDockerName('in valid', otherwise)).toThrowError(
      remedyOf('Write [REGISTRY/]NAME[:TAG|@DIGEST], or docker-archive:PATH.'),
    );
    expect(() => parseDockerName('ghcr.io/Me/App', otherwise)).toThrowError(
      remedyOf('Write ghcr.io/me/app, or docker-archive:PATH.'),
    );
  });

  it('never shows a password', () => {
    expect(() => parseDockerName('me:hunter2@registry.example/app')).toThrowError(
      expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
    );
  });
});
