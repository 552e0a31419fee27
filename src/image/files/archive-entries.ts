import { DeadweightError } from '../../base/errors.ts';

/** The one spelling of an entry's name in an outer archive: no `./`, no doubled or leading slash, `..` resolved. */
export function cleanName(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** What the index of an archive keeps of each entry. */
export interface ArchiveEntry {
  readonly kind: 'file' | 'link';
  /** Clean path that a link points to. */
  readonly target: string;
}

/** Links may chain, and a hostile chain may be a circle. */
const MAX_LINKS = 16;

/** Follows links inside the archive: engines before 25 save a layer that occurs twice as a link. */
export function followLinks<T extends ArchiveEntry>(
  entries: ReadonlyMap<string, T>,
  path: string,
): { readonly path: string; readonly entry: T } | null {
  let name = cleanName(path);
  for (let count = 0; count <= MAX_LINKS; count += 1) {
    const entry = entries.get(name);
    if (!entry) return null;
    if (entry.kind === 'file') return { path: name, entry };
    name = entry.target;
  }
  return null;
}

/** Clean path that a link of the archive means: a symlink's target is relative to it, a hard link's is not. */
export function linkTarget(path: string, kind: 'symlink' | 'hardlink', linkname: string): string {
  return kind === 'hardlink' ? cleanName(linkname) : cleanName(`${path}/../${linkname}`);
}

/** An image archive has a few files for each layer; more than this is none. */
export const MAX_ARCHIVE_ENTRIES = 100_000;

/** The error for a tar that cannot be the archive of an image. */
export function tooManyEntries(name: string): DeadweightError {
  return new DeadweightError('not-an-image', {
    message: `${name} has more than ${MAX_ARCHIVE_ENTRIES} entries: it is a filesystem, not an archive of an image.`,
    remedy:
      'Give an archive that docker save, skopeo or buildx wrote; docker export writes a filesystem only.',
  });
}
