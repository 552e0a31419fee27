import { Buffer } from 'node:buffer';
import { expect, it } from 'vitest';
import { Crc64 } from '../../../src/image/store/crc64.ts';
import { crc64 } from '../../support/fabricate/containers-storage.ts';
import { bytesOf } from '../../support/fabricate/node.ts';
import { RandomNumbers } from '../../support/shells/random-numbers.ts';

it('is that of the standard', () => {
  const crc = new Crc64();
  crc.update(Buffer.from('123456789'));
  expect(crc.digest().toString('hex')).toBe('b90956c775a41001');
});

it('is the same bit by bit, however the bytes are cut', () => {
  const random = new RandomNumbers(3);
  for (let size = 0; size < 300; size += 1) {
    const bytes = bytesOf(size, size);
    const crc = new Crc64();
    for (let at = 0; at < size; ) {
      const end = at + 1 + random.below(40);
      crc.update(bytes.subarray(at, end));
      at = end;
    }
    expect(crc.digest()).toEqual(crc64(bytes));
  }
});
