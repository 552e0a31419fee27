import type { Dockerfile } from '../dockerfile.ts';
import type { DockerfileInstruction } from '../dockerfile-instruction.ts';
import type { DockerfileEdit } from './dockerfile-edit.ts';
import type { Refusal } from './instruction-edits.ts';

type MergeEdit = Extract<DockerfileEdit, { readonly kind: 'merge-runs' }>;

/** RUN instructions that become one, and an edit that asked for it. */
export interface MergeRange {
  readonly edit: MergeEdit;
  readonly runs: readonly DockerfileInstruction[];
}

/** What the merges of a list come to: ranges that share a RUN are one. */
export function mergeRanges(
  dockerfile: Dockerfile,
  edits: readonly DockerfileEdit[],
): readonly MergeRange[] | Refusal {
  const ranges: MergeRange[] = [];
  const sorted = edits
    .filter(edit => edit.kind === 'merge-runs')
    .toSorted((a, b) => a.line - b.line || a.lastLine - b.lastLine);
  for (const edit of sorted) {
    const runs = dockerfile.instructions.filter(
      ({ startLine }) => startLine >= edit.line && startLine <= edit.lastLine,
    );
    const reason = rangeProblem(edit, runs);
    if (reason !== null) return { edit, reason };
    const before = ranges.at(-1);
    if (before === undefined || !isInRange(before, edit.line)) ranges.push({ edit, runs });
    else ranges[ranges.length - 1] = { edit: before.edit, runs: [...new Set([...before.runs, ...runs])] };
  }
  return ranges;
}

/** Whether an instruction that begins on the line is one of the range. */
export function isInRange({ runs }: MergeRange, line: number): boolean {
  return (runs[0]?.startLine ?? Infinity) <= line && line <= (runs.at(-1)?.startLine ?? 0);
}

function rangeProblem({ line, lastLine }: MergeEdit, runs: readonly DockerfileInstruction[]): string | null {
  const other = runs.find(({ keyword }) => keyword !== 'RUN');
  if (other !== undefined) return `line ${other.startLine} is ${other.keyword}, not RUN`;
  if (runs[0]?.startLine !== line || runs.at(-1)?.startLine !== lastLine) {
    return 'no RUN instructions begin on its lines';
  }
  return runs.length < 2 ? 'there is only one RUN' : null;
}
