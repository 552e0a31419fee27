import type { WastedFile } from '../../analysis/image-analysis.ts';
import { baseName } from '../../base/slash-path.ts';
import { isCacheKind, KnownPaths } from '../../compare/known-path.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import { WordPattern } from '../../dockerfile/shell/word-pattern.ts';
import { cacheUse } from '../../package-managers/cache-use.ts';
import { findManager } from '../../package-managers/package-managers.ts';
import { nameByItself } from '../dockerfile/mention.ts';
import { findUses } from '../dockerfile/run-commands.ts';
import { COMMON_NAMES } from '../packages/common-folders.ts';

/** Files that are looked at: the largest are told of, and the others lie beside them. */
const MAX_FILES = 20;

/** Whether a RUN has to do with files that one before it wrote: it names them, or runs what reads such a cache. */
export function usesFiles(run: DockerfileInstruction, files: readonly WastedFile[]): boolean {
  const known = new KnownPaths();
  const patterns = patternsOf(run);
  const largest = files.toSorted((a, b) => b.bytes - a.bytes).slice(0, MAX_FILES);
  return largest.some(({ path }) => {
    const kind = known.kindOf(path);
    if (isCacheKind(kind)) {
      const { writing, areHidden } = findUses(run, cacheUse(kind).writers);
      if (writing.length > 0 || areHidden) return true;
    }
    const parts = path.split('/');
    if (patterns.some(pattern => pattern.matches(parts.at(-1) ?? ''))) return true;
    return parts.slice(-4).some(name => isTelling(name) && nameByItself(name).test(run.text));
  });
}

/** Whether who writes a name means its files: who calls `dnf` does not mean `/var/lib/dnf`. */
function isTelling(name: string): boolean {
  return name.length >= 3 && !COMMON_NAMES.has(name) && findManager(name) === undefined;
}

/** Words of one RUN that are looked at: nobody writes a longer list. */
const MAX_PATTERNS = 200;

/** The words that name files by a pattern, as `app-*.deb`: their last parts. */
function patternsOf(run: DockerfileInstruction): readonly WordPattern[] {
  return runScript(run)
    .script.commands.flatMap(({ words }) => words.slice(1))
    .filter(word => /[*?[]/.test(word))
    .slice(0, MAX_PATTERNS)
    .map(word => new WordPattern(baseName(word)))
    .filter(({ isTelling }) => isTelling);
}
