import type { Dockerfile } from '../dockerfile.ts';
import type { DockerfileEdit } from './dockerfile-edit.ts';

/** Why edits cannot be made safely, all of them together; null when they can. One sentence without its full stop. */
export function editProblem(_dockerfile: Dockerfile, _edits: readonly DockerfileEdit[]): string | null {
  return null;
}
