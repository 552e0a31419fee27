import type { WastedFile } from '../../analysis/image-analysis.ts';
import type { LayerEntry } from '../../layer/entry.ts';
import type { Subject } from '../subject.ts';

/** Files of own layers that a later layer deleted and wrote again under another name, with that name. */
export function movedFiles(subject: Subject): ReadonlyMap<WastedFile, string> {
  let moved = KNOWN.get(subject);
  if (moved === undefined) {
    moved = findMoved(subject);
    KNOWN.set(subject, moved);
  }
  return moved;
}

/** Two rules share the deleted files between them. */
const KNOWN = new WeakMap<Subject, ReadonlyMap<WastedFile, string>>();

function findMoved({ analysis: { wastedFiles, scans }, ownFrom }: Subject): Map<WastedFile, string> {
  const gone = wastedFiles.filter(({ reason, writtenBy }) => reason === 'deleted' && writtenBy >= ownFrom);
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
}

/** Contents as their hash with the size. */
function pathsByContent(entries: readonly LayerEntry[]): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const entry of entries) {
    const content = contentOf(entry);
    if (content !== null) paths.set(content, entry.path);
  }
  return paths;
}

function contentsByPath(entries: readonly LayerEntry[]): ReadonlyMap<string, string> {
  const contents = new Map<string, string>();
  for (const entry of entries) {
    const content = contentOf(entry);
    if (content !== null) contents.set(entry.path, content);
  }
  return contents;
}

/** null where it is not known, and for what has no bytes. */
export function contentOf({ kind, size, content }: LayerEntry): string | null {
  return kind === 'file' && size > 0 && content !== undefined ? `${content} ${size}` : null;
}
