import type { Dockerfile } from '../dockerfile.ts';
import type { DockerfileInstruction } from '../dockerfile-instruction.ts';
import { type Mount, readMounts } from '../mount.ts';
import { type ChainPart, chainParts } from '../shell/chain-part.ts';
import type { ShellInForce } from '../shell/shell-in-force.ts';
import { isComment } from '../white-space.ts';
import type { DockerfileEdit, Refusal } from './dockerfile-edit.ts';
import {
  type JointStyle,
  jointStyle,
  type Rewrite,
  scriptProblem,
  USUAL_STYLE,
} from './instruction-rewrite.ts';
import type { InstructionSource } from './instruction-source.ts';
import { type RawLine, readIndent } from './raw-line.ts';
import { commentProblem, isPragma } from './run-comment.ts';

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
    const reason = rangeProblem(edit, runs) ?? commentProblem(dockerfile, runs);
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

/** Linux takes no argument of a program that is longer than 128 KiB, and a script is one. Bytes, with some to spare. */
const MAX_SCRIPT_BYTES = 120_000;

/** A RUN, and the comments and empty lines between it and the RUN before. */
export interface MergedRun {
  readonly above: readonly RawLine[];
  readonly source: InstructionSource;
}

/** The lines of the one RUN that several become. */
export function mergeRuns(runs: readonly MergedRun[], shell: ShellInForce): Rewrite {
  const problem = mergeProblem(runs, shell);
  if (problem !== null) return { problem };
  const scripts = runs.map(({ source }) => source.run.script);
  const parts = chainParts(scripts, shell.hasErrexit);
  const unfit = parts.find(part => typeof part === 'object');
  if (unfit !== undefined) return unfit;
  const style = runs.map(({ source }) => jointStyle(source)).find(({ isOwn }) => isOwn) ?? USUAL_STYLE;
  return runs.flatMap((run, index) => {
    const place = { isFirst: index === 0, isLast: index === runs.length - 1 };
    return partLines(run, { part: parts[index] ?? 'bare', style, ...place });
  });
}

function mergeProblem(runs: readonly MergedRun[], shell: ShellInForce): string | null {
  const [first] = runs;
  for (const { source } of runs) {
    const problem = scriptProblem(source, shell);
    if (problem !== null) return problem;
    if (source.run.form === 'heredoc') return 'it is a here-document';
    if (JSON.stringify(source.read.flags) !== JSON.stringify(first?.source.read.flags)) {
      return 'its flags are not those of the others';
    }
    if (readMounts(source.read.flags).some(isFresh)) return 'it has a mount that is new in each RUN';
    if (!source.endsPlain) return 'its end is not clear';
  }
  const length = runs.reduce((sum, { source }) => sum + Buffer.byteLength(source.read.body), 0);
  if (length > MAX_SCRIPT_BYTES) return 'the script would be too long for a shell';
  return shell.isPlain ? null : 'its shell reads files as it starts, which a RUN before may have written';
}

/** Whether its content ends with its RUN: what one script writes there the next one would find. */
function isFresh({ type, isWritable }: Mount): boolean {
  return type === 'tmpfs' || isWritable;
}

interface PartPlace {
  readonly part: ChainPart;
  readonly style: JointStyle;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/**
 * The lines of one RUN in the merged one: its keyword and flags give way to `&&`, its last line goes on. Empty lines
 * would be ones inside of an instruction, of which BuildKit warns.
 */
function partLines(
  { above, source }: MergedRun,
  { part, style, isFirst, isLast }: PartPlace,
): readonly RawLine[] {
  const { bodyStart, bodyEnd, escape: escapeChar } = source;
  const [open, close] = part === 'subshell' ? ['( ', ' )'] : ['', ''];
  const joint = style.joint === 'leading' ? '' : ' &&';
  const lines = source.lines.map(({ text, end }, index) => {
    let edited = text;
    if (index === bodyEnd.line) {
      edited =
        edited.slice(0, bodyEnd.column) +
        close +
        (isLast ? edited.slice(bodyEnd.column) : `${joint} ${escapeChar}`);
    }
    if (index === bodyStart.line) {
      const head = text.slice(0, bodyStart.column);
      edited = (isFirst ? head : beginning(head, style)) + open + edited.slice(bodyStart.column);
    }
    return { text: edited, end };
  });
  if (isFirst) return lines;
  // Comments among lines that only had the keyword and flags.
  const kept = lines.slice(0, bodyStart.line).filter(({ text }) => isComment(text));
  // What a linter is told is told above the first one already, and would mean nothing here.
  const comments = above.filter(({ text }) => text.trim() !== '' && !isPragma(text));
  return [...comments, ...kept, ...lines.slice(bodyStart.line)];
}

/** What stands before the first command of a part, in place of `RUN `. */
function beginning(head: string, { joint, indent }: JointStyle): string {
  const own = head.trim() === '' ? readIndent(head) : indent;
  return joint === 'leading' ? `${own}&& ` : own;
}
