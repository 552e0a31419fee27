import { Buffer } from 'node:buffer';
import type { TarHeader } from '../../../src/tar/header.ts';
import { readTarStream } from '../../../src/tar/tar-parser.ts';

/** What is at a path. Names of one inode have one object. */
export interface Inode {
  readonly kind: string;
  mode: number;
  uid: number;
  gid: number;
  mtime: number;
  readonly content: string;
  readonly linkname: string;
}

/** Paths and what is there. */
export type Flattened = ReadonlyMap<string, Inode>;

interface Entry {
  readonly header: TarHeader;
  readonly path: string;
  readonly content: string;
}

/**
 * The filesystem that tars show as layers, the lowest first, done by the letter: a map of paths, which each layer's deletions
 * are applied to first, and then its entries.
 */
export async function flatten(tars: readonly Uint8Array[]): Promise<Flattened> {
  const tree = new Map<string, Inode>([['', madeDirectory()]]);
  for (const tar of tars) {
    const entries = await readEntries(tar);
    for (const { path } of entries) hide(tree, path);
    for (const entry of entries)
      if (!entry.path.split('/').some(name => name.startsWith('.wh.'))) put(tree, entry);
  }
  return tree;
}

/** As lines, and which names are one inode by the first of them. */
export function describeTree(tree: Flattened): readonly string[] {
  const firsts = new Map<Inode, string>();
  return [...tree.entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, inode]) => {
      const first = firsts.get(inode) ?? path;
      firsts.set(inode, first);
      const { kind, mode, uid, gid, mtime, content, linkname } = inode;
      return `/${path} ${kind} ${mode.toString(8)} ${uid}:${gid} ${mtime} ${content} ${linkname} =/${first}`;
    });
}

async function readEntries(tar: Uint8Array): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  const chunks = (async function* () {
    yield tar;
  })();
  await readTarStream(chunks, {
    entry(header) {
      const parts: Uint8Array[] = [];
      const path = header.path
        .split('/')
        .filter(name => name !== '' && name !== '.')
        .join('/');
      const end = (): void => {
        entries.push({ header, path, content: Buffer.concat(parts).toString('base64') });
      };
      return { write: chunk => void parts.push(Buffer.from(chunk)), end };
    },
  });
  return entries;
}

function hide(tree: Map<string, Inode>, path: string): void {
  const slash = path.lastIndexOf('/') + 1;
  const [folder, name] = [path.slice(0, slash), path.slice(slash)];
  if (folder.includes('.wh.') || !name.startsWith('.wh.')) return;
  if (name === '.wh..wh..opq') {
    const inside = folder.slice(0, -1);
    if (tree.get(inside)?.kind === 'directory') removeBelow(tree, inside);
  } else remove(tree, folder + name.slice('.wh.'.length));
}

function put(tree: Map<string, Inode>, { header, path, content }: Entry): void {
  const { kind, mode, uid, gid, mtime, linkname } = header;
  const attributes = { mode, uid, gid, mtime };
  const present = tree.get(path);
  if (path !== '') makeParents(tree, path);
  if (kind === 'directory') {
    if (present?.kind === 'directory') Object.assign(present, attributes);
    else {
      remove(tree, path);
      tree.set(path, { ...madeDirectory(), ...attributes });
    }
    return;
  }
  if (path === '') return;
  const target = kind === 'hardlink' ? tree.get(linkname) : undefined;
  const inode: Inode =
    target && target.kind !== 'directory' ? target : { kind, ...attributes, content, linkname };
  remove(tree, path);
  tree.set(path, inode);
}

function makeParents(tree: Map<string, Inode>, path: string): void {
  const parts = path.split('/').slice(0, -1);
  parts.forEach((_part, index) => {
    const parent = parts.slice(0, index + 1).join('/');
    if (tree.get(parent)?.kind === 'directory') return;
    tree.delete(parent);
    tree.set(parent, madeDirectory());
  });
}

function remove(tree: Map<string, Inode>, path: string): void {
  if (path === '') return;
  tree.delete(path);
  removeBelow(tree, path);
}

function removeBelow(tree: Map<string, Inode>, path: string): void {
  const prefix = path === '' ? '' : `${path}/`;
  for (const each of tree.keys()) if (each !== '' && each.startsWith(prefix)) tree.delete(each);
}

function madeDirectory(): Inode {
  return { kind: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: 0, content: '', linkname: '' };
}
