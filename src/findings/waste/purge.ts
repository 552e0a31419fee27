import type { WastedFile } from '../../analysis/image-analysis.ts';
import { KnownPaths } from '../../compare/known-path.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import { isRemoval } from '../../package-managers/package-command.ts';
import type { Subject } from '../subject.ts';

/** Tells files that went with a package which another instruction took away: its caches are not the package's. */
export function purgedFiles(subject: Subject): (file: WastedFile) => boolean {
  const known = new KnownPaths();
  const removes = new Map<number, boolean>();
  const doesRemove = (layer: number): boolean => {
    let does = removes.get(layer);
    if (does === undefined) {
      const instruction = subject.instructionOf(layer);
      does = instruction !== null && runScript(instruction).script.commands.some(isRemoval);
      removes.set(layer, does);
    }
    return does;
  };
  return ({ reason, hiddenBy, path }) =>
    reason === 'deleted' && doesRemove(hiddenBy) && known.kindOf(path) === null;
}
