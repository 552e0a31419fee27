import { expect, it } from 'vitest';
import { findTagBefore } from '../../../src/baseline/git/tag-before.ts';

const TAGS = [
  ...[
    'v1.9.3',
    'v1.10.0',
    'v1.10.0-rc.1',
    'v1.10.0-rc.2',
    'v1.11.0-rc.10',
    'v1.11.0-rc.9',
    'v2.0.0',
    'v10.0.0',
  ],
  ...[
    'v1.9.3-alpine',
    'v1.10.0-alpine',
    'api/v0.9',
    'api/v1.0',
    '2024.01.31',
    '2024.2.1',
    'latest',
    'v1',
    'v2',
  ],
];

it.each([
  ['v1.10.0', 'v1.9.3'],
  ['v1.10.1', 'v1.10.0'],
  ['v1.9.3', null],
  ['v2', 'v1'],
  ['v2.0.0', 'v1.10.0'],
  ['v11.0.0', 'v10.0.0'],
  ['v1.10.0-rc.2', 'v1.10.0-rc.1'],
  ['v1.10.0-rc.1', 'v1.9.3'],
  ['v1.11.0-rc.11', 'v1.11.0-rc.10'],
  ['v1.11.0-rc.9', 'v1.10.0'],
  ['v1.10.0-alpine', 'v1.9.3-alpine'],
  ['v1.9.3-alpine', null],
  ['api/v1.0', 'api/v0.9'],
  ['api/v0.9', null],
  ['2024.2.1', '2024.01.31'],
  ['v0.1', null],
  ['latest', null],
  ['web/v2', null],
])('before %s comes %s', (tag, before) => {
  expect(findTagBefore(tag, TAGS)).toBe(before);
  expect(findTagBefore(tag, TAGS.toReversed())).toBe(before);
});
