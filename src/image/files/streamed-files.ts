import { Buffer } from 'node:buffer';
import type { Progress } from '../../base/effects.ts';
import { documentTooLarge, MAX_DOCUMENT } from '../../oci/parse-json.ts';
import type { ContentSink } from '../../tar/content-sink.ts';
import type { TarHeader } from '../../tar/header.ts';
import { readTarStream } from '../../tar/tar-parser.ts';
import { blobMissing } from '../layer-bytes.ts';
import type { ImageFiles } from '../layer-reader.ts';
import { type TarStream, TarStreamReader } from '../tar-stream-reader.ts';
import { ArchiveIndex } from './archive-index.ts';

interface StreamedFile {
  /** Bytes. */
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
 * @param work of one pass
 * @throws DeadweightError `input-corrupt`, `input-truncated`.
 */
export async function openStreamedFiles(
  name: string,
  open: TarStream['open'],
  work: TarStream['work'],
  release: () => void,
  progress: Progress,
): Promise<ImageFiles> {
  const index = await progress.show({ ...work, label: `Looking through ${name}` }, count =>
    readIndex(name, open(undefined, count)),
  );
  return {
    name,
    has: path => index.find(path) !== null,
    read: path => {
      const found = index.find(path);
      if (!found) return null;
      const { content, size } = found.value;
      if (content === null) throw documentTooLarge(`${path} of ${name}`, size);
      return content;
    },
    list: () => index.list(),
    reader: layers =>
      new TarStreamReader({
        open,
        work,
        layers: layers.map(layer => ({ ...layer, path: index.find(layer.path)?.path ?? layer.path })),
        hasUnnamedLayers: false,
        isVerified: false,
        check: layer => {
          if (index.find(layer.path) === null) throw blobMissing(layer);
        },
        close: release,
      }),
    close: release,
  };
}

async function readIndex(
  name: string,
  archive: AsyncIterable<Uint8Array>,
): Promise<ArchiveIndex<StreamedFile>> {
  const index = new ArchiveIndex<StreamedFile>(name);
  let kept = 0;
  const entry = (header: TarHeader): ContentSink | undefined => {
    const { size } = header;
    index.add(header, { size, content: null });
    if (header.kind !== 'file' || size > MAX_DOCUMENT || kept + size > MAX_KEPT) return undefined;
    return keepDocument(content => {
      kept += content.length;
      index.add(header, { size, content });
    });
  };
  await readTarStream(archive, { entry });
  return index;
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
