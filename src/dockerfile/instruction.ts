import type { SourceLines } from '../base/phrase.ts';

/** A Dockerfile instruction where it stands: its file is relative to the repository or the working directory. */
export interface InstructionLocation extends SourceLines {
  /** The source lines, joined by newlines, without comments inside continuations; may be long. */
  readonly text: string;
}
