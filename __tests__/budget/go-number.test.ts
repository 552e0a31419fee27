import { expect, test } from 'vitest';
import { parseGoBytes, parseGoFloat } from '../../src/budget/go-number.ts';

test.each([
  ['0.9', 0.9],
  ['.5', 0.5],
  ['5.', 5],
  ['+1e-2', 0.01],
  ['-0', -0],
  ['NaN', Number.NaN],
  ['-Inf', Number.NEGATIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['', null],
  ['.', null],
  [' 1', null],
  ['1 ', null],
  ['1_000', null],
  ['0x10', null],
  ['1e999', null],
])('the float %j is %j', (text, value) => {
  expect(parseGoFloat(text)).toBe(value);
});

test.each([
  ['20MB', 20e6],
  ['20 mb', 20e6],
  ['42mib', 44_040_192],
  ['1.5k', 1500],
  ['1ki', 1024],
  ['7B', 7],
  ['1,000', 1000],
  ['16EiB', null],
  ['1eb', 1e18],
  ['iB', null],
  ['1ib', null],
  ['', null],
  ['MB', null],
  ['1.2.3', null],
  [' 1', null],
  ['-1', null],
  ['1 MB x', null],
])('the size %j is %j', (text, value) => {
  expect(parseGoBytes(text)).toBe(value);
});
