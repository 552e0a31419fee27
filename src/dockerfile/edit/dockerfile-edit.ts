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
  /** A pattern of the .dockerignore. */
  | { readonly kind: 'ignore'; readonly pattern: string };
