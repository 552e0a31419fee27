import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { readPositioned } from '../../tar/collect.ts';
import { type TarItem, writeTar } from './tar-writer.ts';

async function written(...items: TarItem[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeTar(items)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* streamOf(...texts: string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe('a name', () => {
  const part = 'p'.repeat(99);
  it.each([
    ['of 100 bytes', 'n'.repeat(100), 3],
    ['of 101 bytes without a slash', 'n'.repeat(101), 5],
    ['cut at a slash', `${part}/${part}`, 3],
    ['with a last part of 101 bytes', `a/${'n'.repeat(101)}`, 5],
    ['with a first part of 156 bytes', `${'n'.repeat(156)}/a`, 5],
    ['of 155 and 100 bytes', `${'n'.repeat(155)}/${'m'.repeat(100)}`, 3],
    ['of a directory, cut before its last slash', `${part}/${'n'.repeat(99)}/`, 3],
    ['that is not ASCII', 'ü', 5],
  ])('%s takes the blocks that it needs', async (_what, path, blocks) => {
    const tar = await written({ path, kind: 'fifo' });
    expect(tar.length / 512).toBe(blocks);
    expect((await readPositioned(tar)).map(({ header }) => header.path)).toEqual([path]);
  });
});

describe('content', () => {
  it('is streamed', async () => {
    const item = {
      path: 'f',
      kind: 'file',
      size: 700,
      content: streamOf('a'.repeat(300), 'b'.repeat(400)),
    } as const;
    const [entry] = await readPositioned(await written(item, { path: 'next', kind: 'fifo' }));
    expect(entry?.content.toString()).toBe('a'.repeat(300) + 'b'.repeat(400));
  });

  it('must have the size that is stated', async () => {
    const wrong = { path: 'f', kind: 'file', size: 3 } as const;
    await expect(written({ ...wrong, content: streamOf('ab') })).rejects.toThrow(
      'f has 2 bytes instead of 3',
    );
    await expect(written({ ...wrong, content: Buffer.from('ab') })).rejects.toThrow(
      'f has 2 bytes instead of 3',
    );
  });
});

it('carries more PAX records, in one order', async () => {
  const records = { 'SCHILY.xattr.user.b': Buffer.from([0xff, 0]), comment: 'x' };
  const tar = await written({ path: 'f', kind: 'fifo', records });
  const text = tar.toString('latin1', 512, 1024);
  expect(text.startsWith('26 SCHILY.xattr.user.b=\xff\0\n13 comment=x\n')).toBe(true);
});
