import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import type { Clutter } from './clutter.ts';
import type { CopiedFile } from './copied-file.ts';

export interface CopiedClutter extends CopiedFile {
  readonly clutter: Clutter;
}

/** An entry for each of more places than this would be a list; then the name is ignored wherever it is. */
const LISTED_PLACES = 3;

/** What stands for itself in a .dockerignore. */
const PLAIN = /^[\w./@+~-]+$/;

/** Entries of the .dockerignore that keep the clutter out: each place where it is, or its name anywhere. */
export function ignoring(found: readonly CopiedClutter[]): readonly DockerfileEdit[] {
  const places = new Map<string, Set<string> | null>();
  for (const { clutter, copy } of found) {
    const place = copy.source === '' ? clutter.root : `${copy.source}/${clutter.root}`;
    const known = places.get(clutter.name);
    // Editors will call the next of their files otherwise.
    const isPlain = copy.destination !== null && PLAIN.test(place) && !clutter.name.startsWith('*');
    if (!isPlain || known === null) places.set(clutter.name, null);
    else places.set(clutter.name, (known ?? new Set()).add(place));
  }
  return [...places].flatMap(([name, known]) => {
    const patterns = known === null || known.size > LISTED_PLACES ? [`**/${name}`] : [...known];
    return patterns.sort().map((pattern): DockerfileEdit => ({ kind: 'ignore', pattern }));
  });
}
