import type { TarHeader } from '../tar/header.ts';
import { cleanPath } from './clean-path.ts';
import type { EntryKind } from './layer-entry.ts';

/** What a clean path says by its name alone. */
type Meaning =
  | { readonly type: 'entry' }
  /** The layer deletes `path`. */
  | { readonly type: 'whiteout'; readonly path: string }
  /** The layer hides what lower layers have in the directory `path`. */
  | { readonly type: 'opaque'; readonly path: string }
  /** Metadata of aufs, or a whiteout of no name: no file and no deletion. */
  | { readonly type: 'marker' };

const PREFIX = '.wh.';
const OPAQUE = '.wh..wh..opq';
const META = '.wh..wh.';

const ENTRY: Meaning = { type: 'entry' };
const MARKER: Meaning = { type: 'marker' };

/** @see https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts */
export function meaningOf(path: string): Meaning {
  if (!path.includes(PREFIX)) return ENTRY;
  const slash = path.lastIndexOf('/');
  const last = path.slice(slash + 1);
  const directory = path.slice(0, Math.max(slash, 0));
  if (last === OPAQUE) return isMarked(directory) ? MARKER : { type: 'opaque', path: directory };
  if (isMarked(path)) return MARKER;
  if (!last.startsWith(PREFIX)) return ENTRY;
  const name = last.slice(PREFIX.length);
  // `.wh.`, `.wh..` and `.wh...` would delete a directory itself or the one above: engines refuse them.
  if (name === '' || name === '.' || name === '..') return MARKER;
  return { type: 'whiteout', path: slash < 0 ? name : `${directory}/${name}` };
}

function isMarked(path: string): boolean {
  return path.startsWith(META) || path.includes(`/${META}`);
}

/** Whether a scan has an entry for it: the k-th such header of a tar is the k-th entry of its scan. */
export function isScannedEntry({ kind, path }: Pick<TarHeader, 'kind' | 'path'>): boolean {
  const clean = cleanPath(path);
  return isUnpacked(kind, clean) && meaningOf(clean).type === 'entry';
}

/** Unknown kinds are unpacked by no engine; nor is the root anything but a directory. @param path clean */
export function isUnpacked(kind: TarHeader['kind'], path: string): kind is EntryKind {
  return kind !== 'other' && (path !== '' || kind === 'directory');
}

/** Whether a scan has an entry of kind `file` for it: the k-th such header of a tar is the k-th such entry of its scan. */
export function isScannedFile(header: Pick<TarHeader, 'kind' | 'path'>): boolean {
  return header.kind === 'file' && isScannedEntry(header);
}
