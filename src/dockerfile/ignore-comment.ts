import { findComments, type PlacedComment } from './comment-place.ts';
import type { Dockerfile } from './dockerfile.ts';
import type { DockerfileInstruction } from './dockerfile-instruction.ts';
import { trimSpaceEnd, trimSpaceStart } from './white-space.ts';

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

/** What was meant to be such a comment, and ignores nothing. */
export interface IgnoreMistake {
  /** Where it stands, 1-based. */
  readonly line: number;
  /** `form`: it is written otherwise. `place`: it stands where it is no comment. */
  readonly kind: 'form' | 'place';
  readonly scope: IgnoreComment['scope'];
  /** Its words, in small letters: names of rules may be among them. */
  readonly words: readonly string[];
  readonly instruction: DockerfileInstruction | null;
}

export interface IgnoreComments {
  readonly comments: readonly IgnoreComment[];
  readonly mistakes: readonly IgnoreMistake[];
}

/**
 * Every such comment, in the order of the file. One belongs to the instruction that follows it, with other comments and
 * empty lines in between, or to that which it stands in: between two of its lines, or as a comment of a RUN's script.
 */
export function readIgnoreComments(dockerfile: Dockerfile): IgnoreComments {
  const comments: IgnoreComment[] = [];
  const mistakes: IgnoreMistake[] = [];
  for (const each of findComments(dockerfile, text => TOOL.test(text))) {
    const said = readIgnore(each.text);
    const mistake = findMistake(each, said !== null);
    if (mistake !== null) mistakes.push(mistake);
    else if (said !== null) {
      const { line, instruction } = each;
      comments.push({ ...said, line, instruction: said.scope === 'file' ? null : instruction });
    }
  }
  return { comments, mistakes };
}

/** The text of an instruction without such comments: what it does stays the same whatever they say. */
export function withoutIgnores(text: string): string {
  if (!TOOL.test(text)) return text;
  return text
    .split('\n')
    .map(line => {
      const hash = OWN_HASH.exec(line);
      return hash === null ? line : trimSpaceEnd(line.slice(0, hash.index));
    })
    .join('\n');
}

const TOOL = /dead[-_ ]?weight/i;
const OWN_HASH = /#[#\s]{0,8}deadweight/i;

const IGNORE = /^deadweight(?::[ \t]*|[ \t]+)ignore(-file)?[ \t]*[=:]/i;
const NAMES = /^\w[\w-]*(?:[ \t]*,[ \t,]*\w[\w-]*)*/;
/** What people part a reason from the names with. */
const MARKS = /^[,; \t]*(?:#+|[-–—]+|:)?/;

function readIgnore(comment: string): Pick<IgnoreComment, 'scope' | 'rules' | 'reason'> | null {
  const match = IGNORE.exec(comment);
  if (match === null) return null;
  const said = trimSpaceEnd(trimSpaceStart(comment.slice(match[0].length)));
  const names = NAMES.exec(said)?.[0] ?? '';
  const reason = trimSpaceStart(trimSpaceStart(said.slice(names.length)).replace(MARKS, ''));
  return {
    scope: match[1] === undefined ? 'instruction' : 'file',
    rules: names.split(/[ \t,]+/).flatMap(name => (name === '' ? [] : name.toLowerCase())),
    reason: reason === '' ? null : reason,
  };
}

/** As other tools have it, or with a slip of the pen: `deadweight-ignore=a`, `deadweight disable a`, `dead-weight ingore=a`. */
const LIKE = /^dead[-_ ]?weight[ \t:_/.-]{0,8}(?:(?:ignore|disable)(?![a-z])|[\w-]+[ \t]*=)/i;
/** Behind words of another tool, or of a person. */
const LATER = /[\s#;,]deadweight[ \t:]+ignore(?:-file)?[ \t]*=/i;
const OF_FILE = /ignore-file/i;
/** Characters of a comment that is not understood. */
const MAX_TEXT = 400;

function findMistake(
  { line, text, instruction, place }: PlacedComment,
  isUnderstood: boolean,
): IgnoreMistake | null {
  if (isUnderstood && place !== 'words') return null;
  if (!(isUnderstood || LIKE.test(text) || LATER.test(text))) return null;
  const words =
    text
      .slice(0, MAX_TEXT)
      .toLowerCase()
      .match(/[\w-]+/g) ?? [];
  return {
    line,
    kind: place === 'words' ? 'place' : 'form',
    scope: OF_FILE.test(text) ? 'file' : 'instruction',
    words,
    instruction,
  };
}
