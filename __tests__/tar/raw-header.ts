import { Buffer } from 'node:buffer';
import { encodeRecord } from '../support/tar/header-encoder.ts';

/** A header field by field, for what our writer does not write. Text is written as it is, numbers as octal. */
export interface RawHeader {
  readonly name?: string | Buffer;
  readonly type?: string;
  readonly size?: number | Buffer;
  readonly mode?: string;
  readonly uid?: Buffer;
  readonly mtime?: Buffer;
  readonly linkname?: string;
  /** `ustar` + NUL + `00` when absent; GNU's is `ustar  ` + NUL; empty for V7. */
  readonly magic?: string;
  /** More bytes by offset. */
  readonly at?: Readonly<Record<number, string | Buffer>>;
  readonly signedChecksum?: boolean;
}

export const GNU = 'ustar  \0';

export function rawHeader(header: RawHeader): Buffer {
  const block = Buffer.alloc(512);
  put(block, 0, header.name ?? 'file');
  put(block, 100, header.mode ?? '0000644\0');
  put(block, 108, header.uid ?? '0000000\0');
  put(block, 116, '0000000\0');
  put(block, 124, typeof header.size === 'object' ? header.size : octal(header.size ?? 0));
  put(block, 136, header.mtime ?? octal(0));
  put(block, 156, header.type ?? '0');
  put(block, 157, header.linkname ?? '');
  put(block, 257, header.magic ?? 'ustar\x0000');
  for (const [offset, value] of Object.entries(header.at ?? {})) put(block, Number(offset), value);
  block.fill(0x20, 148, 156);
  let sum = 0;
  for (const byte of block) sum += header.signedChecksum && byte > 127 ? byte - 256 : byte;
  put(block, 148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return block;
}

/** Content with its padding. */
export function padded(content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

export function paxHeader(records: ReadonlyArray<readonly [string, string | Buffer]>, type = 'x'): Buffer {
  const body = Buffer.concat(records.map(([key, value]) => encodeRecord(key, value)));
  return Buffer.concat([rawHeader({ name: 'pax', type, size: body.length }), padded(body)]);
}

export function tarOf(...blocks: readonly Buffer[]): Buffer {
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export function octal(value: number): string {
  return value.toString(8).padStart(11, '0');
}

function put(block: Buffer, at: number, value: string | Buffer): void {
  (typeof value === 'string' ? Buffer.from(value, 'latin1') : value).copy(block, at);
}
