import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { type DiffId, isDiffId } from '../../../src/base/digest.ts';
import { TAR_END, type TarItem, writeTar } from '../tar/tar-writer.ts';
import type { Node } from './node.ts';

/** Paths and what they are, in the order of the tar. The list form may name a path more than once. */
export type LayerDescription =
  | Readonly<Record<string, Node>>
  | ReadonlyArray<readonly [path: string, node: Node]>;

export interface FabricatedLayer {
  readonly diffId: DiffId;
  /** Uncompressed. */
  readonly tar: Buffer;
}

/** Directories are not made for the files in them: name them where they matter. */
export async function fabricateLayer(description: LayerDescription): Promise<FabricatedLayer> {
  const tar = await fabricateTar(description);
  return { tar, diffId: diffIdOf(tar) };
}

export async function fabricateTar(description: LayerDescription): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (const [path, node] of entriesOf(description)) {
    if (node.kind === 'raw') parts.push(node.blocks);
    else parts.push(await withoutEnd(itemOf(path, node)));
  }
  return Buffer.concat([...parts, TAR_END]);
}

export function diffIdOf(tar: Uint8Array): DiffId {
  const diffId = `sha256:${createHash('sha256').update(tar).digest('hex')}`;
  if (!isDiffId(diffId)) throw new TypeError('a sha256 has 64 digits');
  return diffId;
}

function entriesOf(description: LayerDescription): ReadonlyArray<readonly [string, Node]> {
  return isList(description) ? description : Object.entries(description);
}

function isList(description: LayerDescription): description is ReadonlyArray<readonly [string, Node]> {
  return Array.isArray(description);
}

function itemOf(path: string, node: Exclude<Node, { kind: 'raw' }>): TarItem {
  switch (node.kind) {
    case 'whiteout':
      return { path: posix.join(posix.dirname(path), `.wh.${posix.basename(path)}`), kind: 'file' };
    case 'opaque':
      return { path: posix.join(path, '.wh..wh..opq'), kind: 'file' };
    case 'directory':
      return { ...node, path: path.endsWith('/') ? path : `${path}/` };
    default:
      return { ...node, path };
  }
}

async function withoutEnd(item: TarItem): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeTar([item])) chunks.push(chunk);
  return Buffer.concat(chunks.slice(0, -1));
}
