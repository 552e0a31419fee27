/** Something that could not be known or had to be approximated. Always shown, never swallowed. */
export interface Notice {
  /** kebab-case and stable: tests and documentation name it. */
  readonly code: string;
  /** One or two plain sentences: what is not known, and the remedy if there is one. */
  readonly message: string;
}
