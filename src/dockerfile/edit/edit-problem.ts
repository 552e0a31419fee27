import type { Dockerfile } from '../dockerfile.ts';
import { editDockerfile } from './apply-edits.ts';
import type { DockerfileEdit } from './dockerfile-edit.ts';

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
