import { parentPath, pathAndParents } from '../../base/slash-path.ts';
import { Kind } from '../../layer/layer-entries.ts';
import type { LayerEntry } from '../../layer/layer-entry.ts';
import type { LayerScan } from '../../layer/layer-scan.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';

/**
 * A file with several names that an own layer wrote, and that a later one parts by storing some of them apart: a change
 * copies one name up. In one RUN both names would stay one file, and all of them would change.
 */
export interface PartedLink {
  /** One of its names, clean. */
  readonly path: string;
  /** Index of the layer that wrote it. */
  readonly writtenBy: number;
  readonly partedBy: number;
}

/** A file with its names. */
interface LinkGroup {
  readonly file: LayerEntry;
  readonly writtenBy: number;
  /** Those that it still has. */
  names: ReadonlySet<string>;
}

export const findPartedLinks = memoize(({ analysis, ownFrom }: RuleContext): readonly PartedLink[] => {
  const parted: PartedLink[] = [];
  const groups = new LinkGroups();
  for (const [layer, scan] of analysis.scans.entries()) {
    if (layer < ownFrom) continue;
    const touched = groups.touchedBy(scan);
    const change = touched.size === 0 ? null : new LayerChange(scan);
    for (const group of touched) {
      const left = change?.leaves(group);
      if (left === 'parted') {
        const { file, writtenBy } = group;
        parted.push({ path: file.path, writtenBy, partedBy: layer });
      }
      group.names = left === 'parted' || left === undefined ? new Set() : left;
    }
    for (const group of groupsOf(scan, layer)) groups.add(group);
  }
  return parted;
});

/** Files with several names, found by what a layer has: most layers have to do with none of thousands. */
class LinkGroups {
  /** By each of their names, and by each folder that one is in. */
  readonly #at = new Map<string, LinkGroup[]>();

  add(group: LinkGroup): void {
    for (const name of group.names) {
      for (const path of pathAndParents(name)) {
        const known = this.#at.get(path);
        if (known === undefined) this.#at.set(path, [group]);
        else known.push(group);
      }
    }
  }

  /** Those that still have several names, and of which the layer stores or hides one. */
  touchedBy({ entries, whiteouts, opaques }: LayerScan): ReadonlySet<LinkGroup> {
    const touched = new Set<LinkGroup>();
    if (this.#at.size === 0) return touched;
    const touch = (path: string): void => {
      for (const group of this.#at.get(path) ?? []) if (group.names.size > 1) touched.add(group);
    };
    for (let index = 0; index < entries.length; index += 1)
      if (entries.kindOf(index) !== 'directory') touch(entries.pathOf(index));
    for (const path of [...whiteouts, ...opaques]) touch(path);
    return touched;
  }
}

/** Which of them both layers are part of; null where none is. */
export function findPartedLink(context: RuleContext, from: number, to: number): PartedLink | null {
  return findPartedLinks(context).find(each => each.writtenBy >= from && each.partedBy <= to) ?? null;
}

/** What a layer does to names of files below it. */
class LayerChange {
  readonly #hidden: ReadonlySet<string>;
  readonly #opaques: ReadonlySet<string>;
  /** For each name of a file, the first one of the same file. */
  readonly #files = new Map<string, string>();
  /** Contents of its files, by their sizes; undefined where one is not known. */
  readonly #contents = new Map<number, Set<string | undefined>>();
  readonly #replaced = new Set<string>();

  constructor({ entries, whiteouts, opaques }: LayerScan) {
    this.#hidden = new Set(whiteouts);
    this.#opaques = new Set(opaques);
    for (const { kind, path, linkname = path, size, content } of entries) {
      if (kind === 'file' || kind === 'hardlink')
        this.#files.set(path, kind === 'file' ? path : (this.#files.get(linkname) ?? linkname));
      else if (kind !== 'directory') this.#replaced.add(path);
      if (kind === 'file')
        this.#contents.set(size, (this.#contents.get(size) ?? new Set<string | undefined>()).add(content));
    }
  }

  /** The names that stay one file; none where the layer stores all of them as one; or that it parts them. */
  leaves({ file, names }: LinkGroup): ReadonlySet<string> | 'parted' {
    const stored = [...names].flatMap(name => this.#files.get(name) ?? []);
    if (stored.length > 0) {
      return stored.length === names.size && new Set(stored).size === 1 ? new Set() : 'parted';
    }
    const left = new Set([...names].filter(name => !this.#isGone(name)));
    // A name that was moved has been copied: it is a file of its own.
    return left.size > 0 && left.size < names.size && this.#mayHold(file) ? 'parted' : left;
  }

  #isGone(name: string): boolean {
    for (const path of pathAndParents(name)) {
      const isReplaced = this.#replaced.has(path) || (path !== name && this.#files.has(path));
      if (isReplaced || this.#hidden.has(path) || this.#opaques.has(parentPath(path))) return true;
    }
    return false;
  }

  #mayHold({ size, content }: LayerEntry): boolean {
    const contents = size === 0 ? undefined : this.#contents.get(size);
    if (contents === undefined) return false;
    return content === undefined || contents.has(undefined) || contents.has(content);
  }
}

function groupsOf({ entries }: LayerScan, writtenBy: number): readonly LinkGroup[] {
  if (!entries.columns.kinds.includes(Kind.HARDLINK)) return [];
  const files = new Map<string, LayerEntry>();
  const groups = new Map<LayerEntry, Set<string>>();
  for (const entry of entries) {
    const { kind, path, linkname } = entry;
    if (kind === 'file') files.set(path, entry);
    if (kind !== 'hardlink' || linkname === undefined) continue;
    const file = files.get(linkname);
    if (file === undefined) continue;
    files.set(path, file);
    groups.set(file, (groups.get(file) ?? new Set([file.path])).add(path));
  }
  return [...groups].map(([file, names]) => ({ file, writtenBy, names }));
}
