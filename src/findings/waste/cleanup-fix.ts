import type { WastedFile } from '../../analysis/image-analysis.ts';
import { isWithin, pathAndParents } from '../../base/slash-path.ts';
import { isCacheKind, type KnownKind, KnownPaths } from '../../compare/known-path.ts';
import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { editProblem } from '../../dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { cacheUse } from '../../package-managers/cache-use.ts';
import { aptListsFix } from '../cache/apt-lists-fix.ts';
import { cacheFixes } from '../cache/cache-edits.ts';
import { MAX_COMMAND_PATHS } from '../dockerfile/removal.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { earlyRemoval } from './early-removal.ts';

/** Clean-ups of what later layers hide, in the RUNs that wrote it. */
export const cleanupFixes = memoize((context: RuleContext) => new CleanupFixes(context));

/** Files that one layer wrote and another hid, of which one clean-up can take away all. */
interface Cleanable {
  readonly writer: DockerfileInstruction;
  readonly hider: DockerfileInstruction;
  readonly hiddenBy: number;
  readonly kind: KnownKind | null;
  readonly files: WastedFile[];
}

/**
 * Which RUNs are to clean up what they wrote and a later layer takes away: the cheapest fix, as no layer grows. Caches
 * are cleaned as their package manager cleans them; anything else where nobody can have used it in between.
 */
class CleanupFixes {
  readonly #context: RuleContext;
  readonly #editsOf = new Map<WastedFile, readonly DockerfileEdit[]>();

  constructor(context: RuleContext) {
    this.#context = context;
    const { dockerfile } = context;
    if (dockerfile === null) return;
    for (const group of cleanableFiles(context)) {
      const edits = this.#editsFor(group, dockerfile);
      if (edits.length === 0 || editProblem(dockerfile.file, edits) !== null) continue;
      for (const file of group.files) this.#editsOf.set(file, edits);
    }
  }

  /** Empty where no clean-up takes the file away. */
  editsFor(file: WastedFile): readonly DockerfileEdit[] {
    return this.#editsOf.get(file) ?? [];
  }

  /** Whether its RUN takes the file away alone, merged with no other. */
  isCleanedAlone(file: WastedFile): boolean {
    const edits = this.editsFor(file);
    return edits.length > 0 && !edits.some(edit => edit.kind === 'merge-runs');
  }

  #editsFor(group: Cleanable, dockerfile: BuiltDockerfile): readonly DockerfileEdit[] {
    const { writer, kind, files } = group;
    if (!isCacheKind(kind)) {
      return this.#removal(group, dockerfile);
    }
    if (kind === 'apt-lists') {
      return aptListsFix(this.#context, writer).edits;
    }
    const use = cacheUse(kind);
    const { files: cleaned } = use.cache;
    if (cleaned !== undefined && !files.every(({ path }) => cleaned.test(path))) return [];
    const written = files.map(({ path, bytes, writtenBy }) => ({ path, bytes, layer: writtenBy }));
    const fix = cacheFixes(this.#context, use, writer, written);
    return 'withheld' in fix ? [] : fix.edits;
  }

  #removal(
    { writer, hider, hiddenBy, files }: Cleanable,
    { shipped }: BuiltDockerfile,
  ): readonly DockerfileEdit[] {
    const layer = files[0]?.writtenBy;
    const whiteouts = new Set(this.#context.analysis.scans[hiddenBy]?.whiteouts);
    const paths = new Set<string>();
    for (const { path } of files) {
      const whiteout = pathAndParents(path).find(each => whiteouts.has(each));
      if (whiteout === undefined) return [];
      // A longer list nobody would want in a Dockerfile.
      if (paths.add(whiteout).size > MAX_COMMAND_PATHS) return [];
    }
    const removed = [...paths].sort();
    const isOwn =
      layer !== undefined &&
      (isRoot(shipped, writer) || !this.#areIn(removed, { from: 0, to: layer })) &&
      !this.#areIn(removed, { from: layer + 1, to: hiddenBy });
    return isOwn ? earlyRemoval(this.#context, { writer, hider }, removed) : [];
  }

  /** Whether some of these layers have anything at the paths: what another user may have written, or what comes back. */
  #areIn(paths: readonly string[], { from, to }: { readonly from: number; readonly to: number }): boolean {
    return this.#context.analysis.scans
      .slice(from, to)
      .some(({ entries }) => entries.values().some(({ path }) => paths.some(each => isWithin(path, each))));
  }
}

/** Whether the Dockerfile leaves the user as the base image has it up to here. */
function isRoot(shipped: BuiltDockerfile['shipped'], writer: DockerfileInstruction): boolean {
  return shipped.slice(0, shipped.indexOf(writer)).every(({ keyword }) => keyword !== 'USER');
}

function cleanableFiles(context: RuleContext): readonly Cleanable[] {
  const known = new KnownPaths();
  const groups = new Map<string, Cleanable>();
  for (const file of context.analysis.wastedFiles) {
    const { writtenBy, hiddenBy, reason } = file;
    if (writtenBy < context.ownFrom || writtenBy === hiddenBy) continue;
    const kind = known.kindOf(file.path);
    const isCache = isCacheKind(kind);
    // What is only overwritten is taken away by the clean-up of a cache; of other files the later copy needs a place.
    if (!isCache && reason !== 'deleted') continue;
    const key = `${writtenBy} ${hiddenBy} ${isCache ? kind : ''}`;
    const group = groups.get(key);
    if (group !== undefined) {
      group.files.push(file);
      continue;
    }
    const [writer, hider] = [context.instructionOf(writtenBy), context.instructionOf(hiddenBy)];
    if (writer?.keyword !== 'RUN' || hider === null || writer === hider) continue;
    groups.set(key, { writer, hider, hiddenBy, kind: isCache ? kind : null, files: [file] });
  }
  return [...groups.values()];
}
