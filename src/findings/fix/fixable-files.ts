import { applyEdits } from '../../dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { type Patch, patchBetween } from './patch.ts';

/** What a fix is made in. */
export interface FixableFiles {
  readonly dockerfile: FixableFile;
  /** The .dockerignore that the build reads, or would read: its text is empty where it is not there. */
  readonly ignore: FixableFile;
}

export interface FixableFile {
  /** As locations name it. */
  readonly path: string;
  /** As it was read, its line ends included. */
  readonly text: string;
}

/** The texts of both with edits made. */
export interface EditedTexts {
  readonly dockerfile: string;
  readonly ignore: string;
}

/** @returns why, in a sentence, where one of the edits cannot be made */
export function editTexts(
  { dockerfile, ignore }: FixableFiles,
  edits: readonly DockerfileEdit[],
): EditedTexts | { readonly reason: string } {
  return applyEdits({ dockerfile: dockerfile.text, ignore: ignore.text }, edits, dockerfile.path);
}

/**
 * What edits change, all of them together. A fix that is made in both files has no patch: half of it is none.
 * @returns null when they cannot be made, or change nothing that a patch can show
 */
export function patchOf(files: FixableFiles, edits: readonly DockerfileEdit[]): Patch | null {
  if (edits.length === 0) return null;
  const { dockerfile, ignore } = files;
  const made = editTexts(files, edits);
  if ('reason' in made) return null;
  const changed = [
    { ...dockerfile, after: made.dockerfile },
    { ...ignore, after: made.ignore },
  ].filter(({ text, after }) => text !== after);
  const [only] = changed;
  return changed.length === 1 && only ? patchBetween(only.path, only.text, only.after) : null;
}
