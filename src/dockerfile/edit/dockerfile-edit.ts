/**
 * A change of a Dockerfile, or of the .dockerignore beside it, by what it means and not by its text: several of them
 * can be made together. `line` is the first line of an instruction in the file as it was read, 1-based.
 */
export type DockerfileEdit =
  /** The RUN instructions from the one on the first line to the one on the last become one, joined by `&&`. */
  | { readonly kind: 'merge-runs'; readonly line: number; readonly lastLine: number }
  /** A command at the end of a RUN: ` && rm -rf /var/lib/apt/lists/*`. */
  | { readonly kind: 'append-command'; readonly line: number; readonly command: string }
  /** A flag of the instruction: `--chown=app:app`, `--mount=type=cache,target=/root/.cache/pip`. */
  | { readonly kind: 'add-flag'; readonly line: number; readonly flag: string }
  /** An option of each of its commands that begins with these words: `--no-cache` behind `apk add`. */
  | {
      readonly kind: 'add-option';
      readonly line: number;
      /** `['apt-get', 'install']`: the program, and words that follow it, options between them or not. */
      readonly program: readonly string[];
      readonly option: string;
    }
  /** Another command in place of the one with this index in the RUN's script; null takes it away. */
  | {
      readonly kind: 'replace-command';
      readonly line: number;
      readonly index: number;
      readonly command: string | null;
    }
  /** A COPY or ADD goes, with all of its lines. */
  | { readonly kind: 'remove-copy'; readonly line: number }
  /** A pattern of the .dockerignore, or of the ignore file with this path. */
  | { readonly kind: 'ignore'; readonly pattern: string; readonly file?: string | undefined };

/** An edit of the Dockerfile, and not of what is beside it. */
export type OwnEdit = Exclude<DockerfileEdit, { readonly kind: 'ignore' }>;

/** An edit that one instruction's lines are enough for. */
export type InstructionEdit = Extract<
  DockerfileEdit,
  { readonly kind: 'append-command' | 'add-flag' | 'add-option' | 'replace-command' | 'remove-copy' }
>;

/** An edit that cannot be made. `reason` is a sentence without its full stop. */
export interface Refusal {
  readonly edit: DockerfileEdit;
  readonly reason: string;
}

/** A text that two edits share when they ask for one change. */
export function editKey(edit: DockerfileEdit): string {
  return JSON.stringify(Object.entries(edit).sort());
}

/** Tells sets of edits apart: one key for the same edits, in whatever order. */
export function editsKey(edits: readonly DockerfileEdit[]): string {
  return edits.map(editKey).toSorted().join('\n');
}

/** Each edit once, in an order that does not depend on the list's. */
export function distinctEdits(edits: readonly DockerfileEdit[]): readonly DockerfileEdit[] {
  const byKey = new Map(edits.map(edit => [editKey(edit), edit]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edit]) => edit);
}
