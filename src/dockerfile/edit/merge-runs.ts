import type { Dockerfile } from '../dockerfile.ts';
import type { DockerfileInstruction } from '../dockerfile-instruction.ts';
import type { InstructionFlag } from '../instruction-flag.ts';
import { type Mount, readMounts } from '../mount.ts';
import { type JoinedPart, type JoinedScripts, joinScripts } from '../shell/joined-scripts.ts';
import type { ShellInForce } from '../shell/shell-in-force.ts';
import { isComment } from '../white-space.ts';
import type { DockerfileEdit, Refusal } from './dockerfile-edit.ts';
import { type JointStyle, jointStyle, scriptProblem, USUAL_STYLE } from './instruction-rewrite.ts';
import { InstructionSource } from './instruction-source.ts';
import { joinFlags, textOf } from './joined-mounts.ts';
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

/** The one RUN that several become. */
export interface MadeMerge {
  readonly lines: readonly RawLine[];
  readonly joined: JoinedScripts;
}

/** @param instructions all of the file that they stand in */
export function mergeRuns(
  given: readonly MergedRun[],
  shell: ShellInForce,
  instructions: readonly DockerfileInstruction[],
): MadeMerge | { readonly problem: string } {
  const problem = mergeProblem(given, shell);
  if (problem !== null) return { problem };
  const flags = joinFlags(
    given.map(({ source }) => source),
    instructions,
  );
  if ('problem' in flags) return flags;
  const runs = given.map((run, index) =>
    index === 0 ? { ...run, source: withFlags(run.source, flags) } : run,
  );
  const joined = joinScripts(
    runs.map(({ source }) => source.run.script),
    shell.hasErrexit,
  );
  if ('problem' in joined) return joined;
  const style = runs.map(({ source }) => jointStyle(source)).find(({ isOwn }) => isOwn) ?? USUAL_STYLE;
  const lines = runs.flatMap((run, index) => {
    const part = joined.parts[index] ?? { form: 'bare', from: 0 };
    const place = { isFirst: index === 0, isLast: index === runs.length - 1 };
    return partLines(run, { part, joined, style, ...place });
  });
  return { lines, joined };
}

function withFlags(source: InstructionSource, flags: readonly InstructionFlag[]): InstructionSource {
  const own = new Set(source.read.flags.map(textOf));
  const text = flags.flatMap(flag => (own.has(textOf(flag)) ? [] : [` ${textOf(flag)}`])).join('');
  if (text === '') return source;
  const at = source.flagsEnd;
  return new InstructionSource(source.splice([{ from: at, to: at, text }]), source.escape);
}

function mergeProblem(runs: readonly MergedRun[], shell: ShellInForce): string | null {
  for (const { source } of runs) {
    const problem = scriptProblem(source, shell);
    if (problem !== null) return problem;
    if (source.run.form === 'heredoc') return 'it is a here-document';
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
  readonly part: JoinedPart;
  readonly joined: JoinedScripts;
  readonly style: JointStyle;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/**
 * The lines of one RUN in the merged one: its keyword and flags give way to the joint, its last line goes on. Empty lines
 * would be ones inside of an instruction, of which BuildKit warns.
 */
function partLines(
  { above, source }: MergedRun,
  { part, joined, style, isFirst, isLast }: PartPlace,
): readonly RawLine[] {
  const { bodyEnd, escape: escapeChar } = source;
  const start = part.from > 0 ? source.scriptAt(part.from) : source.bodyStart;
  const [open, close] = part.form === 'subshell' ? ['( ', ' )'] : ['', ''];
  const joint = joined.joint === ';' ? ';' : style.joint === 'leading' ? '' : ' &&';
  const opening = isFirst && joined.opening !== '' ? `${joined.opening}; ` : '';
  const lines = source.lines.map(({ text, end }, index) => {
    let edited = text;
    if (index === bodyEnd.line) {
      edited =
        edited.slice(0, bodyEnd.column) +
        close +
        (isLast ? edited.slice(bodyEnd.column) : `${joint} ${escapeChar}`);
    }
    if (index === start.line) {
      const head = text.slice(0, start.column);
      const begin = isFirst ? head : beginning(head, joined.joint === ';' ? 'trailing' : style.joint, style);
      edited = begin + opening + open + edited.slice(start.column);
    }
    return { text: edited, end };
  });
  if (isFirst) return lines;
  // Comments among lines that only had the keyword and flags.
  const kept = lines.slice(0, start.line).filter(({ text }) => isComment(text));
  // What a linter is told is told above the first one already, and would mean nothing here.
  const comments = above.filter(({ text }) => text.trim() !== '' && !isPragma(text));
  return [...comments, ...kept, ...lines.slice(start.line)];
}

/** What stands before the first command of a part, in place of `RUN `. */
function beginning(head: string, joint: JointStyle['joint'], { indent }: JointStyle): string {
  const own = head.trim() === '' ? readIndent(head) : indent;
  return joint === 'leading' ? `${own}&& ` : own;
}
