import { describe, expect, it } from 'vitest';
import { DeadweightError } from '../../src/base/errors.ts';
import { causeOf, isAptDownload, isDownload, isPassing } from '../../src/build/failure-cause.ts';

function failed(excerpt: readonly string[], message = 'The build failed at Dockerfile:3'): DeadweightError {
  return new DeadweightError('build-failed', { message, remedy: 'Correct it.', excerpt });
}

describe('causeOf', () => {
  it('tells the error, and not what was said before or after it', () => {
    const log = [
      'Get:1 http://deb.debian.org bookworm InRelease',
      'Setting up gpg …',
      "gpg: failed to start the dirmngr '/usr/bin/dirmngr': No such file or directory",
      'gpg: keyserver receive failed: No dirmngr',
      '',
    ];
    expect(causeOf(failed(log))).toBe(`${log[2]} / ${log[3]}`);
    expect(causeOf(failed(['one', 'two', 'three', 'four']))).toBe('two / three / four');
    expect(causeOf(failed(['cc: error: no input', 'make: *** [all] Error 2']))).toBe('cc: error: no input');
  });

  it('tells the exit code of what failed without a word', () => {
    const message =
      'The build failed: process "/bin/sh -c test -x /a" did not complete successfully: exit code: 7';
    expect(causeOf(failed(['   2 | >>> RUN test -x /a'], message))).toBe('exit code 7, without a word');
    expect(causeOf(failed([], 'The build failed: no such stage'))).toBe('The build failed: no such stage');
  });
});

describe('isDownload', () => {
  it.each([
    'E: Failed to fetch http://deb.debian.org/debian/pool/main/c/curl_7.88.deb  404  Not Found [IP: 1.2.3.4 80]',
    "E: The repository 'http://x bookworm Release' does not have a Release file.",
    'curl: (22) The requested URL returned error: 404',
    'npm error 404 Not Found - GET https://registry.npmjs.org/nope',
    'curl: (28) Connection timed out after 5001 milliseconds',
  ])('holds for %s', line => {
    expect(isDownload(failed([line]))).toBe(true);
  });

  it.each([
    'make: *** [all] Error 2',
    'E: Unable to locate package nope',
    'exit code: 4041',
    'sh: 1: tsc: not found',
    '  o /404   2.1 kB',
    'Error occurred prerendering page "/404"',
    'Error: Timeout of 5000ms exceeded',
    'Error: connect ECONNREFUSED 127.0.0.1:5432',
    'Error: write EPIPE broken pipe',
  ])('does not for %s', line => {
    expect(isDownload(failed([line]))).toBe(false);
  });

  it('looks at no command', () => {
    const command =
      'process "/bin/sh -c curl --retry 3 x # error 404" did not complete successfully: exit code: 2';
    expect(isDownload(failed(['make: *** [all] Error 2'], command))).toBe(false);
    expect(isDownload(failed([], 'failed to load cache key: invalid response status 404'))).toBe(true);
  });

  it('knows the lists of apt', () => {
    expect(isAptDownload(failed(['E: Failed to fetch http://x/c.deb  404  Not Found']))).toBe(true);
    expect(isAptDownload(failed(['curl: (22) The requested URL returned error: 404']))).toBe(false);
  });
});

describe('isPassing', () => {
  it.each([
    "W: Failed to fetch http://deb.debian.org/x  Temporary failure resolving 'deb.debian.org'",
    'E: Failed to fetch http://x/Packages  Hash Sum mismatch',
    'E: Failed to fetch http://x/a.deb  503  Service Unavailable [IP: 1.2.3.4 80]',
    'curl: (28) Connection timed out after 5001 milliseconds',
    'npm error code EAI_AGAIN',
    'failed to do request: Head "https://r/v2/": net/http: TLS handshake timeout',
    'pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.',
    'toomanyrequests: 429 Too Many Requests',
  ])('is what the network says: %s', line => {
    expect(isPassing(failed([line]))).toBe(true);
  });

  it.each([
    'gpg: keyserver receive failed: No dirmngr',
    'E: Unable to locate package nano',
    'E: Failed to fetch http://x/a.deb  404  Not Found',
    'error: certificate verify failed',
    '/bin/sh: 1: patch: not found',
    'listening on port 5032',
  ])('is not what an edit breaks: %s', line => {
    expect(isPassing(failed([line]))).toBe(false);
  });
});
