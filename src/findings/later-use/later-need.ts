import { baseName, isWithin } from '../../base/slash-path.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { readMounts } from '../../dockerfile/mount.ts';
import { SHELLS } from '../../dockerfile/shell/program-names.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { readProgram } from '../../package-managers/program.ts';
import { isMentioned, laterReaders } from '../dockerfile/mention.ts';
import { buildUpon, takingFrom } from '../dockerfile/stage-graph.ts';
import type { RuleContext } from '../rule-context.ts';
import { findOwnScripts } from './own-scripts.ts';
import { findNamingText, findUnreadableProgram } from './own-texts.ts';

/** What an edit takes out of the image. */
export interface Removed {
  /** Clean; with all that is in them. */
  readonly paths: readonly string[];
  /** What others would call them by. */
  readonly names: readonly (string | RegExp)[];
  /** Whether it is a cache: what does not name it, and its program does not need, needs none of it. */
  readonly isCache?: boolean;
  /** Whether it may be what the image's program reads: a download, an archive that is served. */
  readonly isData?: boolean;
  /** Programs whose own files name it: the package manager, of its cache. */
  readonly keepers?: ReadonlySet<string>;
}

/** What may need something that an edit takes away. */
export interface LaterNeed {
  /** First line of the instruction; null where it is a script in the image. */
  readonly line: number | null;
  /** In a few words: `RUN`, `./build.sh`, `/entrypoint.sh`. */
  readonly by: string;
}

/** A rule's fix: edits, none of them where nothing can be made; or what they would hurt. */
export type OfferedFix = { readonly edits: readonly DockerfileEdit[] } | { readonly withheld: LaterNeed };

/**
 * The first of what comes after an instruction that may need what an edit of it removes: later RUNs of any stage, what
 * the image runs and what that reads, settings that name it, copies of it, and scripts. null only where none can.
 */
export function findLaterNeed(
  context: RuleContext,
  instruction: DockerfileInstruction,
  { paths, names, isCache = false, isData = false, keepers }: Removed,
): LaterNeed | null {
  const { dockerfile } = context;
  if (dockerfile === null) return { line: null, by: 'the Dockerfile' };
  const all = [...names, ...paths.filter(path => path.includes('/')).map(path => `/${path}`)];
  const naming = laterReaders(dockerfile, instruction).find(
    each => mayRead(each) && isMentioned([each], all),
  );
  if (naming !== undefined) return needOf(naming);
  const script = findOwnScripts(context).find(
    ({ path, words }) =>
      !isIn(path, paths) && keepers?.has(baseName(path)) !== true && all.some(name => isNamed(words, name)),
  );
  if (script !== undefined) return { line: null, by: `/${script.path}` };
  if (isCache) return null;
  const text = isData ? (findNamingText(context, paths) ?? findUnreadableProgram(context)) : null;
  if (text !== null) return { line: null, by: `/${text}` };
  const copying = takingFrom(dockerfile, instruction).find(each => copiesAny(each, paths));
  return copying === undefined
    ? findUnreadable(context, buildUpon(dockerfile, instruction))
    : needOf(copying);
}

/** What describes the image, and is read by nobody in it. */
const DESCRIBING: ReadonlySet<string> = new Set(['LABEL', 'EXPOSE', 'MAINTAINER', 'STOPSIGNAL']);

function mayRead({ keyword }: DockerfileInstruction): boolean {
  return !DESCRIBING.has(keyword);
}

function needOf({ startLine, keyword }: DockerfileInstruction): LaterNeed {
  return { line: startLine, by: keyword };
}

function isNamed(words: string, name: string | RegExp): boolean {
  return typeof name === 'string' ? words.includes(name) : name.test(words);
}

function isIn(path: string, paths: readonly string[]): boolean {
  return paths.some(each => isWithin(path, each));
}

/** Whether it takes one of the paths from another stage along, or mounts it: by a folder above it, or by a pattern. */
export function copiesAny(
  { keyword, body, flags }: DockerfileInstruction,
  paths: readonly string[],
): boolean {
  const sources =
    keyword === 'RUN'
      ? readMounts(flags).flatMap(({ from, source }) => (from === null ? [] : [source ?? '/']))
      : (body.match(/[^\s"',[\]]+/g)?.slice(0, -1) ?? []);
  return sources.some(source => {
    const clean = cleanPath(source.replace(/[*?$].*$/s, ''));
    return clean === '' || paths.some(path => `${path}/`.startsWith(`${clean}/`));
  });
}

/** What reads a file of commands. */
const READERS: ReadonlySet<string> = new Set([
  ...SHELLS,
  ...['.', 'source', 'make', 'python', 'python3', 'perl', 'ruby', 'ansible-playbook', 'rake', 'just', 'task'],
]);
const SYSTEM_PROGRAM = /^(?:[^/$`]+|\/(?:usr\/)?(?:local\/)?s?bin\/[^/$`]+)$/;

/** The first command whose script nobody can read here: it is in another stage, in the context, or no script. */
function findUnreadable(
  context: RuleContext,
  instructions: readonly DockerfileInstruction[],
): LaterNeed | null {
  const scripts = findOwnScripts(context);
  const known = new Set(scripts.flatMap(({ path, isWhole }) => (isWhole ? [baseName(path)] : [])));
  for (const instruction of instructions) {
    if (instruction.keyword !== 'RUN') continue;
    const { form, script } = runScript(instruction);
    if (form === 'other') return needOf(instruction);
    for (const command of script.commands) {
      const file = scriptOf(command);
      if (file !== null && !known.has(baseName(file))) return { line: instruction.startLine, by: file };
    }
  }
  return null;
}

/** The file of commands that it runs, as it is written; null where it runs none. */
export function scriptOf({ words }: ShellCommand): string | null {
  const [first] = words;
  if (first === undefined) return null;
  if (!SYSTEM_PROGRAM.test(first)) return first;
  const program = readProgram(words);
  if (!READERS.has(program)) return null;
  if (program === 'make') return 'make';
  const file = words.slice(1).find(word => !word.startsWith('-'));
  // `sh -c 'text'` and `python -m module` are in the instruction, and named as such.
  const isText = words.slice(1).some(word => /^-[a-zA-Z]*[cem]$/.test(word));
  return file === undefined || isText ? null : file;
}
