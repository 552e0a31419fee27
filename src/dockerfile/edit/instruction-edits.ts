import { addFlag } from './add-flag.ts';
import { addOption } from './add-option.ts';
import { appendCommand, replaceCommands } from './command-edits.ts';
import type { InstructionEdit, Refusal } from './dockerfile-edit.ts';
import { commandProblem, optionProblem, type Rewrite, type RewriteContext } from './instruction-rewrite.ts';
import { InstructionSource } from './instruction-source.ts';
import type { RawLine } from './raw-line.ts';

/** Replacements first, since their index counts the commands as they were read; appended commands last. */
const ORDER = ['replace-command', 'add-option', 'add-flag', 'append-command'] as const;

/**
 * Makes all edits of one instruction. Their order in the list does not matter.
 * @param edits all different, at least one
 * @param syntax the `# syntax=` of the file, if any
 * @returns the new lines, none where the instruction goes away
 */
export function editInstruction(
  source: InstructionSource,
  edits: readonly InstructionEdit[],
  context: RewriteContext,
  syntax: string | undefined,
): readonly RawLine[] | Refusal {
  const unfit = edits.flatMap(edit => textProblem(edit, source.escape) ?? [])[0] ?? conflict(edits);
  if (unfit) return unfit;
  const removal = edits.find(edit => edit.kind === 'remove-copy');
  if (removal !== undefined) return removeCopy(source, removal, edits);
  let current = source;
  for (const kind of ORDER) {
    const sameKind = edits.filter(edit => edit.kind === kind).filter(edit => edit.kind !== 'remove-copy');
    for (const edit of kind === 'replace-command' ? sameKind.slice(0, 1) : sameKind) {
      const made = makeOne(current, edit, { source, edits, context, syntax });
      if ('problem' in made) return { edit, reason: made.problem };
      if (made.length === 0) {
        const other = edits.find(each => each.kind !== 'replace-command');
        return other ? { edit: other, reason: 'another edit takes all commands of its RUN away' } : [];
      }
      current = new InstructionSource(made, source.escape);
    }
  }
  return current.lines;
}

function removeCopy(
  { keyword }: InstructionSource,
  edit: InstructionEdit,
  edits: readonly InstructionEdit[],
): readonly RawLine[] | Refusal {
  if (keyword !== 'COPY' && keyword !== 'ADD') return { edit, reason: `it is ${keyword}, not COPY or ADD` };
  return edits.length === 1 ? [] : { edit, reason: 'another edit changes the copy' };
}

interface Whole {
  readonly source: InstructionSource;
  readonly edits: readonly InstructionEdit[];
  readonly context: RewriteContext;
  readonly syntax: string | undefined;
}

function makeOne(
  current: InstructionSource,
  edit: Exclude<InstructionEdit, { readonly kind: 'remove-copy' }>,
  whole: Whole,
): Rewrite {
  const { source, edits, context, syntax } = whole;
  switch (edit.kind) {
    case 'replace-command':
      return replaceCommands(current, replacements(edits), context);
    case 'add-option': {
      const made = addOption(current, edit, context);
      if (current === source || !('problem' in made)) return made;
      // Another edit may have replaced the command by one that has the option.
      const original = addOption(source, edit, context);
      return 'problem' in original ? original : current.lines;
    }
    case 'add-flag':
      return addFlag(current, edit.flag, syntax);
    case 'append-command':
      return appendCommand(current, edit.command, context);
  }
}

function replacements(edits: readonly InstructionEdit[]): ReadonlyMap<number, string | null> {
  return new Map(
    edits.flatMap(edit => (edit.kind === 'replace-command' ? [[edit.index, edit.command] as const] : [])),
  );
}

function textProblem(edit: InstructionEdit, escapeChar: string): Refusal | null {
  if (edit.kind === 'remove-copy') return null;
  const reason =
    edit.kind === 'add-option'
      ? optionProblem(edit.option)
      : edit.kind === 'add-flag' || edit.command === null
        ? null
        : commandProblem(edit.command, escapeChar);
  return reason === null ? null : { edit, reason };
}

/** Two edits that want different commands in place of the same one. */
function conflict(edits: readonly InstructionEdit[]): Refusal | null {
  const seen = new Set<number>();
  for (const edit of edits) {
    if (edit.kind !== 'replace-command') continue;
    if (seen.has(edit.index))
      return { edit, reason: 'another edit replaces the same command with something else' };
    seen.add(edit.index);
  }
  return null;
}
