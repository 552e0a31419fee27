import { applyEdits } from '../../dockerfile/edit/apply-edits.ts';
import type { Fix } from '../../findings/fix/fix.ts';
import type { FixableFiles } from '../../findings/fix/fixable-files.ts';

/** The Dockerfile and its .dockerignore with fixes made. */
export interface EditedTexts {
  readonly dockerfile: string;
  readonly ignore: string;
}

/** @returns why it cannot be made, in a sentence, where one of the edits cannot */
export function editedTexts(
  { dockerfile, ignore }: FixableFiles,
  fixes: readonly Fix[],
): EditedTexts | { readonly reason: string } {
  const texts = { dockerfile: dockerfile.text, ignore: ignore.text };
  return applyEdits(
    texts,
    fixes.flatMap(({ edits }) => edits),
    dockerfile.path,
  );
}
