import { describe, expect, it } from 'vitest';
import { DeadweightError, type ErrorCode } from '../../src/base/errors.ts';
import { exitCodeOf } from '../../src/run/exit-code.ts';

/** Every code of the closed union: a new one has to be decided on here. */
const EXPECTED: Readonly<Record<ErrorCode, readonly [building: number, reading: number]>> = {
  usage: [2, 2],
  'config-invalid': [2, 2],
  'reference-invalid': [2, 2],
  'git-ref-unknown': [2, 2],
  'dockerfile-missing': [2, 2],
  'engine-unreachable': [3, 4],
  'buildx-missing': [3, 3],
  'prepare-failed': [3, 3],
  'build-failed': [3, 3],
  'push-failed': [3, 3],
  'input-missing': [4, 4],
  'input-truncated': [4, 4],
  'input-corrupt': [4, 4],
  'not-an-image': [4, 4],
  'image-not-found': [4, 4],
  'registry-unreachable': [4, 4],
  'blob-missing': [4, 4],
  'digest-mismatch': [4, 4],
  'platform-unknown': [4, 4],
  'snapshot-invalid': [4, 4],
  'limit-exceeded': [4, 4],
  'program-missing': [4, 4],
  'disk-full': [4, 4],
  'permission-denied': [4, 4],
  'output-unwritable': [4, 4],
  'git-failed': [4, 4],
  'github-request-failed': [4, 4],
  cancelled: [3, 3],
};

describe('the exit code', () => {
  it.each(Object.entries(EXPECTED))('of %s is as the contract has it', (name, [building, reading]) => {
    const code = Object.keys(EXPECTED).find((known): known is ErrorCode => known === name);
    const error = new DeadweightError(code ?? 'usage', { message: 'm.', remedy: 'r.' });
    expect([exitCodeOf(error, true), exitCodeOf(error, false)]).toEqual([building, reading]);
  });

  it('of our own bug is 70', () => {
    expect([exitCodeOf(new TypeError('x'), true), exitCodeOf('thrown text', false)]).toEqual([70, 70]);
  });
});
