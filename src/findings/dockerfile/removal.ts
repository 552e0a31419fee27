import { baseName, pathAndParents } from '../../base/slash-path.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { readMounts } from '../../dockerfile/mount.ts';
import { USER_CHANGERS } from '../../dockerfile/shell/program-names.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { findLaterNeed, type LaterNeed, type OfferedFix, type Removed } from '../later-use/later-need.ts';
import type { RuleContext } from '../rule-context.ts';

/** A path that a shell takes as it is, wherever it stands in a word. */
export const PLAIN_PATH = /^[\w./+@%=:,-]+$/;
const PLAIN_OR_GLOB = /^[\w./+@%=:,*-]+$/;
/** Of a command that is written for somebody: nobody wants a longer one. */
export const MAX_COMMAND_PATHS = 8;

/** What an instruction is to take away in the end. */
export interface Removal {
  /** Clean; all that is in them must be the RUN's own. */
  readonly paths: readonly string[];
  /** Whether `*` in the paths stands for more than itself; false when absent. */
  readonly areGlobs?: boolean;
  /** What other instructions would call them by. */
  readonly names: readonly (string | RegExp)[];
  /** Whether it is a cache, which what cannot be read does not need; false when absent. */
  readonly isCache?: boolean;
  /** Whether it may be what the image's program reads; false when absent. */
  readonly isData?: boolean;
  /** Programs whose own files name it, and that need it no more. */
  readonly keepers?: ReadonlySet<string>;
  /** What does it, with its options; `rm -rf` when absent. */
  readonly program?: string;
}

/**
 * A command at the end of a RUN that takes away what this RUN wrote; none where a later instruction, a script, a link or
 * a mount may need it.
 */
export function removalEdits(
  context: RuleContext,
  instruction: DockerfileInstruction,
  removal: Removal,
): readonly DockerfileEdit[] {
  const fix = removalFix(context, instruction, removal);
  return 'withheld' in fix ? [] : fix.edits;
}

/**
 * The same, with what may need it.
 * @param findNeed looks for that; everything later where it is absent
 */
export function removalFix(
  context: RuleContext,
  instruction: DockerfileInstruction,
  { paths, areGlobs = false, names, program, isCache = false, isData = false, keepers }: Removal,
  findNeed: (removed: Removed) => LaterNeed | null = removed => findLaterNeed(context, instruction, removed),
): OfferedFix {
  const plain = areGlobs ? PLAIN_OR_GLOB : PLAIN_PATH;
  const isPossible =
    instruction.keyword === 'RUN' &&
    paths.length > 0 &&
    paths.length <= MAX_COMMAND_PATHS &&
    paths.every(path => plain.test(path)) &&
    !paths.some(path => isMounted(instruction, path)) &&
    !changesUser(instruction) &&
    !areLinkedTo(context, paths);
  if (!isPossible) return { edits: [] };
  // What has a pattern in it is called by its names alone.
  const withheld = findNeed({
    paths: areGlobs ? [] : paths,
    names,
    isCache,
    isData,
    ...(keepers && { keepers }),
  });
  if (withheld !== null) return { withheld };
  const command = [program ?? 'rm -rf', ...paths.map(path => `/${path}`)].join(' ');
  return { edits: [{ kind: 'append-command', line: instruction.startLine, command }] };
}

/** Whether another user writes some of its files: those the RUN itself may not be allowed to delete. */
export function changesUser(instruction: DockerfileInstruction): boolean {
  return runScript(instruction).script.commands.some(({ words: [program = ''] }) =>
    USER_CHANGERS.has(baseName(program)),
  );
}

/** Whether the path is in a mount of the RUN, or holds one. */
export function isMounted({ flags }: DockerfileInstruction, path: string): boolean {
  return readMounts(flags).some(mount => {
    if (mount.target === null) return false;
    const target = cleanPath(mount.target);
    return target === '' || `${path}/`.startsWith(`${target}/`) || `${target}/`.startsWith(`${path}/`);
  });
}

/** Whether symbolic links in own layers lead from elsewhere to one of the paths, or into it. */
export function areLinkedTo({ analysis, ownFrom }: RuleContext, paths: readonly string[]): boolean {
  const all = new Set(paths);
  const isInside = (path: string): boolean => pathAndParents(path).some(each => all.has(each));
  return analysis.scans.slice(ownFrom).some(({ entries }) =>
    entries.values().some(({ kind, path, linkname }) => {
      if (kind !== 'symlink' || linkname === undefined || isInside(path)) return false;
      const isAbsolute = linkname.startsWith('/');
      return isInside(cleanPath(isAbsolute ? linkname : `${path}/../${linkname}`));
    }),
  );
}
