import { baseName } from '../../base/slash-path.ts';
import { findTextCredentials } from '../../base/text-credentials.ts';
import { applyEdits } from '../../dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { nameByItself } from '../dockerfile/mention.ts';
import type { Patch } from './patch-lines.ts';

/** What a fix is made in. */
export interface FixableFiles {
  readonly dockerfile: FixableFile;
  /** The .dockerignore that the build reads, or would read: its text is empty where it is not there. */
  readonly ignore: FixableFile;
  /** Other Dockerfiles whose builds read the same .dockerignore, as far as they were found. */
  readonly others?: readonly FixableFile[];
}

export interface FixableFile {
  /** As locations name it. */
  readonly path: string;
  /** As it was read, its line ends included. */
  readonly text: string;
}

/** The texts of both with edits made. */
export interface EditedTexts {
  readonly dockerfile: string;
  readonly ignore: string;
}

/** @returns why, in a sentence, where one of the edits cannot be made */
export function editTexts(
  { dockerfile, ignore, others = [] }: FixableFiles,
  edits: readonly DockerfileEdit[],
): EditedTexts | { readonly reason: string } {
  const wanting = others.find(({ text }) => edits.some(edit => mayWant(text, edit)));
  if (wanting !== undefined)
    return { reason: `${wanting.path} names what the .dockerignore of both would keep out` };
  return applyEdits({ dockerfile: dockerfile.text, ignore: ignore.text }, edits, dockerfile.path);
}

/** Whether a Dockerfile names what an edit keeps out of every build of the context, or works with the repository. */
function mayWant(dockerfile: string, edit: DockerfileEdit): boolean {
  if (edit.kind !== 'ignore') return false;
  const name = baseName(edit.pattern);
  return nameByItself(name).test(dockerfile) || (name === '.git' && /\bgit\b/.test(dockerfile));
}

/**
 * What edits change, all of them together. A fix that is made in both files has no patch: half of it would mend nothing.
 * @returns null when they cannot be made, or change nothing that a patch can show
 */
export function makePatch(files: FixableFiles, edits: readonly DockerfileEdit[]): Patch | null {
  if (edits.length === 0) return null;
  const { dockerfile, ignore } = files;
  const made = editTexts(files, edits);
  if ('reason' in made) return null;
  const changed = [
    { ...dockerfile, after: made.dockerfile },
    { ...ignore, after: made.ignore },
  ].filter(({ text, after }) => text !== after);
  const [only] = changed;
  const patch = changed.length === 1 && only ? patchBetween(only.path, only.text, only.after) : null;
  return patch === null || hasCredentials(patch) ? null : patch;
}

/** Reports go where the Dockerfile does not, and a patch without its credential would put stars in its place. */
function hasCredentials({ before, after }: Patch): boolean {
  return findTextCredentials([...before, ...after].join('\n')).length > 0;
}

/** What is longer is not shown to anybody as a patch. */
const MAX_LINES = 400;
const MAX_CHARACTERS = 30_000;

/**
 * The one range of lines that tells two texts of a file apart, as short as can be: changes far apart make it long.
 * A range in which lines are only put has the line before them in it, or the one behind them at the file's top.
 * @returns null when the lines are the same, when there are none to change, or when it would be too long
 */
export function patchBetween(file: string, beforeText: string, afterText: string): Patch | null {
  const [before, after] = [linesOf(beforeText), linesOf(afterText)];
  const shorter = Math.min(before.length, after.length);
  let top = 0;
  while (top < shorter && before[top] === after[top]) top += 1;
  if (top === before.length && top === after.length) return null;
  let bottom = 0;
  while (bottom < shorter - top && before.at(-1 - bottom) === after.at(-1 - bottom)) bottom += 1;
  if (top + bottom === before.length) {
    if (top > 0) top -= 1;
    else if (bottom > 0) bottom -= 1;
    else return null;
  }
  const patch = {
    file,
    startLine: top + 1,
    before: before.slice(top, before.length - bottom),
    after: after.slice(top, after.length - bottom),
  };
  return isShort(patch) ? patch : null;
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function isShort({ before, after }: Patch): boolean {
  const lines = [...before, ...after];
  return lines.length <= MAX_LINES && lines.reduce((sum, line) => sum + line.length, 0) <= MAX_CHARACTERS;
}
