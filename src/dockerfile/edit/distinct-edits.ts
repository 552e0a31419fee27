import type { DockerfileEdit } from './dockerfile-edit.ts';

/** The same for edits that say the same. */
export function editKey(edit: DockerfileEdit): string {
  return JSON.stringify(Object.entries(edit).sort());
}

/** Each once, in an order that does not depend on the list's. */
export function distinctEdits(edits: readonly DockerfileEdit[]): readonly DockerfileEdit[] {
  const byKey = new Map(edits.map(edit => [editKey(edit), edit]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edit]) => edit);
}
