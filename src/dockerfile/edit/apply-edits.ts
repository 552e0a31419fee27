import { type Dockerfile, parseDockerfile } from '../dockerfile.ts';
import { type DockerfileEdit, distinctEdits, type Refusal } from './dockerfile-edit.ts';
import { DockerfileEditor } from './dockerfile-editor.ts';
import { ignorePattern } from './ignore-pattern.ts';

/** The texts that edits change, with their byte order marks and line ends. */
interface EditedFiles {
  readonly dockerfile: string;
  /** The .dockerignore; empty where there is none. */
  readonly ignore: string;
}

/** Nothing is edited when one edit cannot be made. */
type EditOutcome = EditedFiles | Refusal;

/**
 * Makes edits of a Dockerfile and of its .dockerignore. Lines that no edit has to touch stay as they are, byte for byte.
 * The order of the edits does not matter, and an edit that is there twice is made once. What was written is read again:
 * when it does not say what was meant, the edits are refused.
 * @param file the path that the Dockerfile is known by
 */
export function applyEdits(files: EditedFiles, edits: readonly DockerfileEdit[], file: string): EditOutcome {
  return editDockerfile(parseDockerfile(files.dockerfile, file), files.ignore, edits);
}

/** Makes edits of a Dockerfile that was read already, and of the text of its .dockerignore. */
function editDockerfile(
  dockerfile: Dockerfile,
  ignore: string,
  edits: readonly DockerfileEdit[],
): EditOutcome {
  const ignored = ignoreAll(ignore, distinctEdits(edits));
  if ('reason' in ignored) return ignored;
  const own = distinctEdits(edits).filter(edit => edit.kind !== 'ignore');
  if (own.length === 0) return { dockerfile: dockerfile.text, ignore: ignored.text };
  const text = new DockerfileEditor(dockerfile, own).text();
  return typeof text === 'object' ? text : { dockerfile: text, ignore: ignored.text };
}

function ignoreAll(text: string, edits: readonly DockerfileEdit[]): { readonly text: string } | Refusal {
  let current = text;
  for (const edit of edits) {
    if (edit.kind !== 'ignore') continue;
    const made = ignorePattern(current, edit.pattern);
    if ('problem' in made) return { edit, reason: made.problem };
    current = made.text;
  }
  return { text: current };
}

/**
 * Why edits cannot be made safely, all of them together; null when they can. One sentence without its full stop.
 * @param ignore the text of the .dockerignore, where it is known
 */
export function editProblem(
  dockerfile: Dockerfile,
  edits: readonly DockerfileEdit[],
  ignore = '',
): string | null {
  const outcome = editDockerfile(dockerfile, ignore, edits);
  return 'reason' in outcome ? outcome.reason : null;
}
