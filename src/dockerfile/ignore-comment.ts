import type { Dockerfile } from './dockerfile.ts';
import type { DockerfileInstruction } from './dockerfile-instruction.ts';
import { LogicalLine } from './logical-line.ts';
import { isComment, trimSpaceEnd, trimSpaceStart } from './white-space.ts';

/** `# deadweight ignore=rule[,rule] reason`: findings that the author has decided to live with. */
export interface IgnoreComment {
  /** Where it stands, 1-based. */
  readonly line: number;
  /** `ignore-file=` is for the whole file, wherever it stands. */
  readonly scope: 'instruction' | 'file';
  /** As they are written, in small letters; empty where it names none. */
  readonly rules: readonly string[];
  readonly reason: string | null;
  /** What it is for; null where it is for the file, and where no instruction follows. */
  readonly instruction: DockerfileInstruction | null;
}

/**
 * Every such comment, in the order of the file. One belongs to the instruction that follows it, with other comments and
 * empty lines in between, or to that which it stands in, between two of its lines. The text of a heredoc is no comment.
 */
export function readIgnoreComments(dockerfile: Dockerfile): readonly IgnoreComment[] {
  const { lines, instructions } = dockerfile;
  const found: IgnoreComment[] = [];
  const read = (line: number, instruction: DockerfileInstruction | null): void => {
    const said = readIgnore(lines[line - 1] ?? '');
    if (said === null) return;
    found.push({ ...said, line, instruction: said.scope === 'file' ? null : instruction });
  };
  let line = 1;
  for (const instruction of instructions) {
    for (; line < instruction.startLine; line += 1) read(line, instruction);
    const logical = new LogicalLine(dockerfile.escape);
    for (; line <= instruction.endLine && logical.open; line += 1) {
      logical.add(lines[line - 1] ?? '');
      read(line, instruction);
    }
    line = Math.max(line, instruction.endLine + 1);
  }
  for (; line <= lines.length; line += 1) read(line, null);
  return found;
}

const IGNORE = /^deadweight:?[ \t]+ignore(-file)?[ \t]*[=:]/i;
const NAMES = /^[\w-]+(?:[ \t]*,[ \t]*[\w-]+)*/;
/** What people part a reason from the names with. */
const MARKS = /^(?:#+|[-–—]+|:)/;

function readIgnore(line: string): Pick<IgnoreComment, 'scope' | 'rules' | 'reason'> | null {
  if (!isComment(line)) return null;
  const comment = trimSpaceStart(trimSpaceStart(line).slice(1));
  const match = IGNORE.exec(comment);
  if (match === null) return null;
  const said = trimSpaceEnd(trimSpaceStart(comment.slice(match[0].length)));
  const names = NAMES.exec(said)?.[0] ?? '';
  const reason = trimSpaceStart(trimSpaceStart(said.slice(names.length)).replace(MARKS, ''));
  return {
    scope: match[1] === undefined ? 'instruction' : 'file',
    rules: names === '' ? [] : names.split(',').map(name => trimSpaceStart(trimSpaceEnd(name)).toLowerCase()),
    reason: reason === '' ? null : reason,
  };
}
