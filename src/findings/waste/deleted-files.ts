import type { WastedFile } from '../../analysis/image-analysis.ts';
import { KnownPaths } from '../../compare/known-path.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { LayerEntry } from '../../layer/layer-entry.ts';
import { isRemoval } from '../../package-managers/package-command.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';

/*
 * Three rules share the deleted files between them: those that were moved, those that went with their package, and all
 * others.
 */

/** Files of own layers that a later layer deleted and wrote again under another name, with that name. */
export const findMovedFiles = memoize((context: RuleContext): ReadonlyMap<WastedFile, string> => {
  const { wastedFiles, scans } = context.analysis;
  const gone = wastedFiles.filter(
    ({ reason, writtenBy }) => reason === 'deleted' && writtenBy >= context.ownFrom,
  );
  const targets = new Map<number, ReadonlyMap<string, string>>();
  for (const { hiddenBy } of gone) {
    if (!targets.has(hiddenBy)) targets.set(hiddenBy, pathsByContent(scans[hiddenBy]?.entries ?? []));
  }
  const contents = new Map<number, ReadonlyMap<string, string>>();
  const moved = new Map<WastedFile, string>();
  for (const file of gone) {
    const to = targets.get(file.hiddenBy);
    if (to === undefined || to.size === 0) continue;
    let known = contents.get(file.writtenBy);
    if (known === undefined) {
      known = contentsByPath(scans[file.writtenBy]?.entries ?? []);
      contents.set(file.writtenBy, known);
    }
    const content = known.get(file.path);
    const path = content === undefined ? undefined : to.get(content);
    if (path !== undefined) moved.set(file, path);
  }
  return moved;
});

/** Files that went with a package which another instruction took away, and were not moved: not its caches. */
export const findPurgedFiles = memoize((context: RuleContext): ReadonlySet<WastedFile> => {
  const known = new KnownPaths();
  const moved = findMovedFiles(context);
  const removing = new Set(
    context.analysis.layers.map(({ index }) => index).filter(layer => removesPackages(context, layer)),
  );
  const isPurged = ({ reason, hiddenBy, path }: WastedFile): boolean =>
    reason === 'deleted' && removing.has(hiddenBy) && known.kindOf(path) === null;
  return new Set(context.analysis.wastedFiles.filter(file => isPurged(file) && !moved.has(file)));
});

function removesPackages(context: RuleContext, layer: number): boolean {
  const instruction = context.instructionOf(layer);
  return instruction !== null && runScript(instruction).script.commands.some(isRemoval);
}

/** Contents as their hash with the size. */
function pathsByContent(entries: Iterable<LayerEntry>): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const entry of entries) {
    const content = contentKey(entry);
    if (content !== null) paths.set(content, entry.path);
  }
  return paths;
}

function contentsByPath(entries: Iterable<LayerEntry>): ReadonlyMap<string, string> {
  const contents = new Map<string, string>();
  for (const entry of entries) {
    const content = contentKey(entry);
    if (content !== null) contents.set(entry.path, content);
  }
  return contents;
}

/** null where it is not known, and for what has no bytes. */
export function contentKey({ kind, size, content }: LayerEntry): string | null {
  return kind === 'file' && size > 0 && content !== undefined ? `${content} ${size}` : null;
}
