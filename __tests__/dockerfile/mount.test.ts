import { expect, it } from 'vitest';
import { readMounts } from '../../src/dockerfile/mount.ts';

const BIND = { type: 'bind', target: null, from: null, source: null, isWritable: false };

it.each([
  ['target=/a', { ...BIND, target: '/a' }],
  ['TYPE=Cache,dst=/a/', { ...BIND, type: 'cache', target: '/a' }],
  [
    'type=bind,from=deps,source=/x,destination=/y,rw',
    { ...BIND, from: 'deps', source: '/x', target: '/y', isWritable: true },
  ],
  ['src=x,target=/a', { ...BIND, source: 'x', target: '/a' }],
  ['target=/,readwrite=true', { ...BIND, target: '/', isWritable: true }],
  ['target=/a,rw=false', { ...BIND, target: '/a' }],
  ['type=secret,id=token', { ...BIND, type: 'secret', target: '/run/secrets/token' }],
  ['type=secret,id=token,target=/t', { ...BIND, type: 'secret', target: '/t' }],
  ['type=ssh', { ...BIND, type: 'ssh' }],
  ['', BIND],
])('%s', (value, expected) => {
  expect(
    readMounts([
      { name: 'network', value: 'none' },
      { name: 'mount', value },
    ]),
  ).toEqual([expected]);
});

it('takes a mount without a value', () => {
  expect(readMounts([{ name: 'mount', value: null }])).toEqual([BIND]);
});
