import { Buffer } from 'node:buffer';
import { documentTooLarge, MAX_DOCUMENT } from '../../oci/parse-json.ts';
import type { ContentSink } from '../../tar/content-sink.ts';
import type { TarHeader } from '../../tar/header.ts';
import { readTarStream } from '../../tar/tar-parser.ts';
import { blobMissing } from '../layer-bytes.ts';
import type { ImageFiles } from '../layer-reader.ts';
import { TarStreamReader } from '../tar-stream-reader.ts';
import {
  type ArchiveEntry,
  cleanName,
  followLinks,
  linkTarget,
  MAX_ARCHIVE_ENTRIES,
  tooManyEntries,
} from './archive-entries.ts';

interface SeenEntry extends ArchiveEntry {
  readonly size: number;
  /** The content, where it may be a document. */
  readonly content: Uint8Array | null;
}

/** Documents that are kept in memory, all together. Bytes. */
const MAX_KEPT = 4 * MAX_DOCUMENT;

/**
 * Files of an archive that can only be streamed (one that is compressed as a whole). It is read once to learn
 * what is there, keeping documents only, and once more by every scan.
 * @param open starts the uncompressed archive afresh
 * @throws DeadweightError `input-corrupt`, `input-truncated`.
 */
export async function openStreamedFiles(
  name: string,
  open: () => AsyncIterable<Uint8Array>,
  release: () => void,
): Promise<ImageFiles> {
  const entries = await readIndex(name, open());
  const find = (path: string) => followLinks(entries, path);
  return {
    name,
    has: path => find(path) !== null,
    read: path => {
      const found = find(path);
      if (!found) return null;
      if (found.entry.content === null) throw documentTooLarge(`${path} of ${name}`, found.entry.size);
      return found.entry.content;
    },
    list: () => [...entries.keys()].slice(0, 8),
    reader: layers => {
      const located = layers.map(layer => ({ ...layer, path: find(layer.path)?.path ?? layer.path }));
      const missing = new Set(located.filter(layer => !entries.has(layer.path)).map(layer => layer.path));
      return new TarStreamReader({
        open,
        size: null,
        layers: located,
        hasUnnamedLayers: false,
        isVerified: false,
        check: layer => {
          if (missing.has(layer.path)) throw blobMissing(layer);
        },
        close: release,
      });
    },
    close: release,
  };
}

async function readIndex(
  name: string,
  archive: AsyncIterable<Uint8Array>,
): Promise<ReadonlyMap<string, SeenEntry>> {
  const entries = new Map<string, SeenEntry>();
  let kept = 0;
  const entry = (header: TarHeader): ContentSink | undefined => {
    const path = cleanName(header.path);
    if (entries.size >= MAX_ARCHIVE_ENTRIES) throw tooManyEntries(name);
    if (header.kind === 'symlink' || header.kind === 'hardlink') {
      const target = linkTarget(path, header.kind, header.linkname);
      entries.set(path, { kind: 'link', target, size: 0, content: null });
    }
    if (header.kind !== 'file') return undefined;
    const { size } = header;
    entries.set(path, { kind: 'file', target: '', size, content: null });
    if (size > MAX_DOCUMENT || kept + size > MAX_KEPT) return undefined;
    return keepDocument(content => {
      kept += content.length;
      entries.set(path, { kind: 'file', target: '', size, content });
    });
  };
  await readTarStream(archive, { entry });
  return entries;
}

/** Keeps content that starts as JSON does; small layers pass. */
export function keepDocument(keep: (content: Uint8Array) => void): ContentSink {
  const chunks: Uint8Array[] = [];
  let isDocument: boolean | null = null;
  return {
    write: chunk => {
      isDocument ??= /^[\s[{]/.test(String.fromCharCode(chunk[0] ?? 0));
      if (isDocument) chunks.push(chunk);
    },
    end: () => {
      if (isDocument) keep(Buffer.concat(chunks));
    },
  };
}
