import { DeadweightError } from '../../base/errors.ts';
import type { TarHeader } from '../../tar/header.ts';

/** An image archive has a few files for each layer; more than this is none. */
const MAX_ARCHIVE_ENTRIES = 100_000;

/** Links may chain, and a hostile chain may be a circle. */
const MAX_LINKS = 16;

/** How many names are listed to say what an archive has instead. */
const MAX_LISTED = 8;

type Entry<T> =
  | { readonly kind: 'file'; readonly value: T }
  | { readonly kind: 'link'; readonly target: string };

/** What an archive of an image has, by clean path. Of a path that is written twice, the last counts. */
export class ArchiveIndex<T> {
  readonly #name: string;
  readonly #entries = new Map<string, Entry<T>>();

  /** @param name what the user called the archive, for messages */
  constructor(name: string) {
    this.#name = name;
  }

  /**
   * Adds a regular file or a link; entries of other kinds are left out.
   * @param value what is kept of a file
   * @throws DeadweightError `not-an-image` when there are too many for an archive of an image
   */
  add({ kind, path, linkname }: TarHeader, value: T): void {
    const name = cleanName(path);
    if (kind === 'file') this.#entries.set(name, { kind: 'file', value });
    else if (kind === 'symlink' || kind === 'hardlink') {
      this.#entries.set(name, { kind: 'link', target: linkTarget(name, kind, linkname) });
    }
    if (this.#entries.size > MAX_ARCHIVE_ENTRIES) throw tooManyEntries(this.#name);
  }

  /**
   * The file at a path; links are followed inside the archive: engines before 25 save a layer that occurs twice as a
   * link.
   * @returns its own clean path, and what is kept of it; null when it is not there
   */
  find(path: string): { readonly path: string; readonly value: T } | null {
    let name = cleanName(path);
    for (let count = 0; count <= MAX_LINKS; count += 1) {
      const entry = this.#entries.get(name);
      if (!entry) return null;
      if (entry.kind === 'file') return { path: name, value: entry.value };
      name = entry.target;
    }
    return null;
  }

  /** The first names, at most a few. */
  list(): readonly string[] {
    return [...this.#entries.keys()].slice(0, MAX_LISTED);
  }
}

/** The one spelling of an entry's name in an outer archive: no `./`, no doubled or leading slash, `..` resolved. */
export function cleanName(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** Clean path that a link of the archive means: a symlink's target is relative to it, a hard link's is not. */
function linkTarget(path: string, kind: 'symlink' | 'hardlink', linkname: string): string {
  return kind === 'hardlink' ? cleanName(linkname) : cleanName(`${path}/../${linkname}`);
}

/** The error for a tar that cannot be the archive of an image. */
function tooManyEntries(name: string): DeadweightError {
  return new DeadweightError('not-an-image', {
    message: `${name} has more than ${MAX_ARCHIVE_ENTRIES} entries: it is a filesystem, not an archive of an image.`,
    remedy:
      'Give an archive that docker save, skopeo or buildx wrote; docker export writes a filesystem only.',
  });
}
