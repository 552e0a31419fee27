import type { InstructionSource } from './instruction-source.ts';
import type { RawLine } from './raw-line.ts';
import type { ShellInForce } from './shell-in-force.ts';

/** What an instruction's lines become, or why they cannot: a sentence without its full stop. */
export type Rewrite = readonly RawLine[] | { readonly problem: string };

/** What a rewrite has to know of the file around the instruction. */
export interface RewriteContext {
  readonly shell: ShellInForce;
  /** For lines that are added where none of the instruction's own has one. */
  readonly lineEnd: string;
}

/** Why the commands of a RUN cannot be edited at all; null when they can. */
export function scriptProblem(
  { keyword, run, endsOpen }: InstructionSource,
  shell: ShellInForce,
): string | null {
  if (keyword === 'ONBUILD') return 'it runs in other builds (ONBUILD)';
  if (keyword !== 'RUN') return `it is ${keyword}, not RUN`;
  if (!shell.isPosix) return 'its shell is not a POSIX shell';
  if (run.form === 'exec') return 'it is in exec form';
  if (run.form === 'other') return 'its here-document is not a shell script';
  return endsOpen ? 'its last line says that another one follows' : null;
}
