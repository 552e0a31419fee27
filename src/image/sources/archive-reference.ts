import { DeadweightError } from '../../base/errors.ts';
import { printable } from '../../base/untrusted-text.ts';
import type { ArchiveManifest } from '../../oci/archive-manifest.ts';
import { normalizeName } from '../../oci/docker-name.ts';
import type { Choice } from '../image.ts';

/**
 * The images of a docker archive that REF names: by a tag, compared as Docker normalises names, by `@N` (the N-th,
 * from 0), by an image ID. Several of them are the platforms of one image.
 * @throws DeadweightError `not-an-image` when there is none, `image-not-found`, `reference-invalid` when REF is needed.
 */
export function chooseEntries(
  entries: readonly ArchiveManifest[],
  archive: string,
  { reference, ref }: Choice,
): readonly ArchiveManifest[] {
  if (entries.length === 0) {
    throw new DeadweightError('not-an-image', {
      message: `The manifest.json of ${archive} lists no image.`,
      remedy: 'Save the image again.',
    });
  }
  if (ref === null) return onlyImage(entries, reference);
  const matching = entries.filter((entry, index) => isNamed(entry, index, ref));
  if (matching.length > 0) return matching;
  throw new DeadweightError('image-not-found', {
    message: `${archive} has no image ${printable(ref)}; it has ${listNames(entries)}.`,
    remedy: 'Name one of them after the path, or omit the name when there is one image only.',
  });
}

function isNamed(entry: ArchiveManifest, index: number, ref: string): boolean {
  if (ref.startsWith('@')) return ref === `@${index}`;
  const hex = /^(?:sha256:)?([0-9a-f]{12,64})$/.exec(ref)?.[1];
  if (hex !== undefined && configHex(entry).startsWith(hex)) return true;
  const name = normalizeName(ref);
  return name !== null && entry.repoTags.some(tag => normalizeName(tag) === name);
}

function configHex(entry: ArchiveManifest): string {
  return /([0-9a-f]{64})(?:\.json)?$/.exec(entry.config)?.[1] ?? '';
}

/** Entries with the same names are platforms of one image. */
function onlyImage(entries: readonly ArchiveManifest[], reference: string): readonly ArchiveManifest[] {
  const names = new Set(entries.map(entry => entry.repoTags.join(' ') || entry.config));
  if (names.size === 1) return entries;
  throw new DeadweightError('reference-invalid', {
    message: `${reference} holds several images: ${listNames(entries)}.`,
    remedy: `Name one of them: ${reference}:NAME.`,
  });
}

function listNames(entries: readonly ArchiveManifest[]): string {
  const names = entries.flatMap((entry, index) =>
    entry.repoTags.length > 0 ? entry.repoTags : [`@${index}`],
  );
  return [...new Set(names)].slice(0, 20).map(printable).join(', ');
}
