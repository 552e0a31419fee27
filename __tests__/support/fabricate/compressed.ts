import { Buffer } from 'node:buffer';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { TAR_END } from '../tar/tar-writer.ts';
import { fabricateTar } from './layer.ts';
import { file } from './node.ts';

export type LayerCompression = 'none' | 'gzip' | 'zstd' | 'estargz' | 'zstd-chunked';

/** Bytes of content in one member or frame of the formats that have many. */
const PIECE = 1536;

/**
 * The blob of a layer, and the tar that it unpacks to: eStargz adds its table of contents as an entry, so that the
 * diffID is another.
 */
export async function compressLayer(
  tar: Buffer,
  compression: LayerCompression,
): Promise<{ readonly blob: Buffer; readonly tar: Buffer }> {
  switch (compression) {
    case 'none':
      return { blob: tar, tar };
    case 'gzip':
      return { blob: gzipSync(tar), tar };
    case 'zstd':
      return { blob: zstdCompressSync(tar), tar };
    case 'zstd-chunked':
      return { blob: zstdChunked(tar), tar };
    case 'estargz':
      return estargz(tar);
  }
}

/** A gzip member for each piece, then one for the table of contents, then a footer: an empty member with an extra field. */
async function estargz(tar: Buffer): Promise<{ blob: Buffer; tar: Buffer }> {
  const body = tar.subarray(0, tar.length - TAR_END.length);
  const toc = await fabricateTar({ 'stargz.index.json': file('{"version":1,"entries":[]}') });
  const members = [...pieces(body), toc].map(piece => gzipSync(piece));
  return { blob: Buffer.concat([...members, footer()]), tar: Buffer.concat([body, toc]) };
}

/** @see https://github.com/containerd/stargz-snapshotter/blob/main/docs/estargz.md#footer */
function footer(): Buffer {
  const subfield = Buffer.from(`${'0'.repeat(16)}STARGZ`);
  const extra = Buffer.concat([Buffer.from('SG'), Buffer.from([subfield.length, 0]), subfield]);
  const header = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, extra.length, 0]);
  const body = Buffer.from([0x01, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([header, extra, body]);
}

/** A frame for each piece, with skippable frames before and behind, as zstd:chunked has them. */
function zstdChunked(tar: Buffer): Buffer {
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
  return Buffer.concat([skippable, ...pieces(tar).map(piece => zstdCompressSync(piece)), skippable]);
}

function pieces(bytes: Buffer): Buffer[] {
  const count = Math.ceil(bytes.length / PIECE);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * PIECE, (index + 1) * PIECE));
}
