import type { DiffId } from '../base/digest.ts';
import type { TarVisitor } from '../tar/content-sink.ts';
import type { TarHeader } from '../tar/header.ts';
import { cleanPath } from './clean-path.ts';
import { type Collector, MAX_COLLECTED_FILE } from './collector.ts';
import { type ContentHash, FileContent, type HashLane } from './file-content.ts';
import { ImageLimits } from './image-limits.ts';
import type { JsonValue } from './json-value.ts';
import { LayerEntriesBuilder } from './layer-entries.ts';
import type { EntryKind, LayerEntry } from './layer-entry.ts';
import type { CollectedFile, LayerScan } from './layer-scan.ts';
import { isUnpacked, meaningOf } from './whiteout.ts';

export interface LayerScannerOptions {
  readonly collectors?: readonly Collector[];
  /** Which regular files are hashed: all, none, or those at these clean paths. */
  readonly content: 'all' | 'none' | ReadonlySet<string>;
  /**
   * Where files are hashed; as they come when absent. Who passes one waits for it before `finish`. Sparse files, whose
   * holes are no bytes of the tar, are hashed as they come.
   */
  readonly hashThread?: ContentHash;
  /** Where large files are hashed when there is no `hashThread`; as they come when absent. */
  readonly hashLane?: HashLane;
  /** Shared by the layers of an image; those of this layer alone when absent. */
  readonly limits?: ImageLimits;
}

/** Makes a scan of the entries of one layer's tar, in their order. */
export class LayerScanner implements TarVisitor {
  readonly #content: 'all' | 'none' | ReadonlySet<string>;
  readonly #collectors: readonly Collector[];
  readonly #hashThread: ContentHash | null;
  readonly #hashLane: HashLane | null;
  readonly #entries = new LayerEntriesBuilder();
  readonly #whiteouts: string[] = [];
  readonly #opaques: string[] = [];
  readonly #markers: string[] = [];
  readonly #collected: Record<string, CollectedFile[]> = Object.create(null);
  #size = 0;
  #fileCount = 0;
  #headerBytes = 0;
  readonly #limits: ImageLimits;
  /** What the limits were told of. */
  #implied = 0;
  #nameBytes = 0;
  #hashed = 0;
  #unhashed = 0;
  #skipped = 0;

  constructor(options: LayerScannerOptions) {
    this.#content = options.content;
    this.#hashThread = options.hashThread ?? null;
    this.#hashLane = options.hashLane ?? null;
    this.#collectors = options.collectors ?? [];
    this.#limits = options.limits ?? new ImageLimits();
    for (const collector of this.#collectors) this.#collected[collector.id] = [];
  }

  entry(header: TarHeader): FileContent | undefined {
    const path = cleanPath(header.path);
    this.#headerBytes += header.declaredSize;
    this.#limits.addEntry(path, header.linkname);
    const meaning = meaningOf(path);
    if (meaning.type !== 'entry') this.#limits.addMark();
    switch (meaning.type) {
      case 'whiteout':
        this.#whiteouts.push(meaning.path);
        return undefined;
      case 'opaque':
        this.#opaques.push(meaning.path);
        return undefined;
      case 'marker':
        this.#markers.push(path);
        return undefined;
      case 'entry':
        break;
    }
    const { kind } = header;
    if (!isUnpacked(kind, path)) return undefined;
    const entry = describeEntry(path, kind, header);
    const index = this.#entries.add(entry);
    this.#limitNames();
    if (kind === 'hardlink') this.#fileCount += 1;
    return kind === 'file' ? this.#file(entry, index, header) : undefined;
  }

  /** @param verified whether the bytes of the tar were hashed and are those of `diffId` */
  finish(diffId: DiffId, verified: boolean): LayerScan {
    return {
      diffId,
      entries: this.#entries.finish(),
      whiteouts: this.#whiteouts,
      opaques: this.#opaques,
      markers: this.#markers,
      size: this.#size,
      fileCount: this.#fileCount,
      headerBytes: this.#headerBytes,
      contentKnown: this.#contentKnown(),
      verified,
      skippedFiles: this.#skipped,
      collected: { ...this.#collected },
    };
  }

  #contentKnown(): LayerScan['contentKnown'] {
    if (this.#content === 'all' && this.#unhashed === 0) return 'all';
    return this.#hashed > 0 ? 'some' : 'none';
  }

  #limitNames(): void {
    const { impliedDirectories, nameBytes } = this.#entries;
    const implied = Math.max(impliedDirectories, 0);
    this.#limits.addNames(implied - this.#implied, nameBytes - this.#nameBytes);
    this.#implied = implied;
    this.#nameBytes = nameBytes;
  }

  #wantedBy(entry: LayerEntry): readonly Collector[] {
    const { size } = entry;
    const wanting = this.#collectors.filter(collector => collector.wants(entry));
    if (!wanting.some(isWhole)) return wanting;
    if (size <= MAX_COLLECTED_FILE && this.#limits.collects(size)) return wanting;
    this.#skipped += 1;
    return wanting.filter(collector => 'read' in collector);
  }

  #file(entry: LayerEntry, index: number, header: TarHeader): FileContent | undefined {
    this.#size += header.size;
    this.#fileCount += 1;
    const collectors = this.#wantedBy(entry);
    const isHashed = this.#content === 'all' || (this.#content !== 'none' && this.#content.has(entry.path));
    if (!isHashed && collectors.length === 0) return undefined;
    if (!this.#limits.readsHoles(header.size - header.storedSize)) {
      this.#unhashed += 1;
      if (collectors.some(isWhole)) this.#skipped += 1;
      return undefined;
    }
    if (isHashed) this.#hashed += 1;
    const isElsewhere = isHashed && header.sparse === undefined;
    return new FileContent({
      entry,
      size: header.size,
      hashed: isHashed ? content => this.#entries.setContent(index, content) : null,
      hashThread: isElsewhere ? (this.#hashThread ?? this.#hashLane?.threadFor(header.size) ?? null) : null,
      collectors,
      collected: (collector, value) => this.#keep(collector, entry.path, value),
    });
  }

  #keep(collector: Collector, path: string, value: JsonValue): void {
    // What is seen whole is limited before it is read.
    if (!isWhole(collector) && !this.#limits.keepsFound(path.length + JSON.stringify(value).length)) {
      this.#skipped += 1;
      return;
    }
    this.#collected[collector.id]?.push({ path, value });
  }
}

/** Whether it sees files whole, which is limited. */
function isWhole(collector: Collector): boolean {
  return 'collect' in collector;
}

function describeEntry(path: string, kind: EntryKind, header: TarHeader): LayerEntry {
  return {
    path,
    kind,
    size: header.size,
    mode: header.mode,
    uid: header.uid,
    gid: header.gid,
    mtime: header.mtime,
    linkname:
      kind === 'symlink' ? header.linkname : kind === 'hardlink' ? cleanPath(header.linkname) : undefined,
    declaredSize: header.declaredSize,
  };
}
