/** A Dockerfile instruction where it stands. */
export interface InstructionLocation {
  /** Path of the Dockerfile as the user gave it, relative to the repository or the working directory. */
  readonly file: string;
  /** 1-based, inclusive. */
  readonly startLine: number;
  readonly endLine: number;
  /** The source lines, joined by newlines, without comments inside continuations; may be long. */
  readonly text: string;
}
