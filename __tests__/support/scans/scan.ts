import type { AnalyzedImage } from '../../../src/analysis/analyze-image.ts';
import { type DiffId, isDiffId, sha256 } from '../../../src/base/digest.ts';
import { entriesOf } from '../../../src/layer/layer-entries.ts';
import type { EntryKind, LayerEntry } from '../../../src/layer/layer-entry.ts';
import type { LayerScan } from '../../../src/layer/layer-scan.ts';

type Details = Partial<Pick<LayerEntry, 'mode' | 'uid' | 'gid' | 'mtime' | 'content' | 'declaredSize'>>;
type Marks = Partial<Pick<LayerScan, 'whiteouts' | 'opaques' | 'markers' | 'collected'>>;

export function file(path: string, size: number, details: Details = {}): LayerEntry {
  return { ...plain(path, 'file'), size, ...details };
}

export function directory(path: string, details: Details = {}): LayerEntry {
  return { ...plain(path, 'directory'), mode: 0o755, ...details };
}

export function symlink(path: string, target: string): LayerEntry {
  return { ...plain(path, 'symlink'), mode: 0o777, linkname: target };
}

export function hardlink(path: string, target: string, details: Details = {}): LayerEntry {
  return { ...plain(path, 'hardlink'), linkname: target, ...details };
}

export function fifo(path: string): LayerEntry {
  return plain(path, 'fifo');
}

function plain(path: string, kind: EntryKind): LayerEntry {
  return { path, kind, size: 0, mode: 0o644, uid: 0, gid: 0, mtime: 1_700_000_000 };
}

/** A layer as a scanner would describe it; its diffID is told by what is in it. */
export function scan(entries: readonly LayerEntry[], marks: Marks = {}): LayerScan {
  const files = entries.filter(entry => entry.kind === 'file');
  const known = files.filter(entry => entry.content !== undefined).length;
  const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);
  return {
    diffId: diffId(JSON.stringify([entries, marks])),
    entries: entriesOf(entries.map(withDigest)),
    whiteouts: marks.whiteouts ?? [],
    opaques: marks.opaques ?? [],
    markers: marks.markers ?? [],
    size: total(files.map(entry => entry.size)),
    fileCount: files.length + entries.filter(entry => entry.kind === 'hardlink').length,
    headerBytes: total(entries.map(entry => entry.declaredSize ?? entry.size)),
    contentKnown: known === files.length ? 'all' : known > 0 ? 'some' : 'none',
    verified: true,
    skippedFiles: 0,
    collected: marks.collected ?? {},
  };
}

/** Tests call contents by short names. */
function withDigest(entry: LayerEntry): LayerEntry {
  return entry.content === undefined ? entry : { ...entry, content: contentDigest(entry.content) };
}

/** What a scan has for a content that a test calls by this name. */
export function contentDigest(name: string): string {
  return /^[0-9a-f]{32}$/.test(name) ? name : sha256(name).slice('sha256:'.length, 'sha256:'.length + 32);
}

/** The entries of a scan as plain objects, without the properties that they do not have. */
export function plainEntries({ entries }: Pick<LayerScan, 'entries'>): LayerEntry[] {
  return [...entries].map(({ path, kind, size, mode, uid, gid, mtime, linkname, content, declaredSize }) => ({
    path,
    kind,
    size,
    mode,
    uid,
    gid,
    mtime,
    ...(linkname === undefined ? {} : { linkname }),
    ...(content === undefined ? {} : { content }),
    ...(declaredSize === undefined ? {} : { declaredSize }),
  }));
}

/** A scan whose entries are plain objects, to be compared with another. */
export function plainScan<Scan extends LayerScan | null>(scanned: Scan) {
  return scanned && { ...scanned, entries: plainEntries(scanned) };
}

export function diffId(seed: string): DiffId {
  const digest: string = sha256(seed);
  if (!isDiffId(digest)) throw new TypeError('a sha256 digest is a diffID');
  return digest;
}

/** An image of these layers of which nothing else is known. */
export function imageOf(scans: readonly LayerScan[], more: Partial<AnalyzedImage> = {}): AnalyzedImage {
  return {
    reference: 'docker-archive:app.tar',
    platform: { os: 'linux', architecture: 'amd64' },
    imageId: sha256(scans.map(layer => layer.diffId).join()),
    manifestDigest: null,
    mediaType: null,
    layers: scans.map((layer, index) => ({
      index,
      diffId: layer.diffId,
      digest: null,
      mediaType: null,
      compressedSize: null,
      createdBy: `RUN step ${index}`,
    })),
    history: [],
    labels: {},
    user: null,
    credentials: [],
    notices: [],
    ...more,
  };
}
