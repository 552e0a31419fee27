import type { Digest } from '../../base/digest.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { parseManifest } from '../../oci/manifest.ts';
import { OCI_MANIFEST } from '../../oci/media-type.ts';
import { DOCUMENT_LIMIT } from '../../oci/parse-json.ts';
import type { TarHeader } from '../../tar/header.ts';
import { type ContentSink, readTarStream } from '../../tar/tar-parser.ts';
import { cleanName } from '../files/archive-names.ts';
import { keepDocument } from '../files/streamed-files.ts';
import { blobPath, type DocumentFiles } from './blob-documents.ts';
import { type Candidate, chooseCandidate, findCandidates } from './image-candidates.ts';
import type { Choice } from './open-options.ts';

const ENOUGH = Symbol('enough');
const KEPT_LIMIT = 4 * DOCUMENT_LIMIT;

/**
 * The manifest and config of an image from the stream of `docker save`: the API of an engine with the containerd
 * store tells neither the config's digest nor the layers' blobs. Reads no further than it must.
 * @param digest of the manifest; null when the API did not tell: then the archive's index is read, which comes last
 * @throws DeadweightError `blob-missing`, `platform-unknown`, …
 */
export async function savedImage(
  archive: AsyncIterable<Uint8Array>,
  digest: Digest | null,
  choice: Choice,
): Promise<Candidate> {
  const documents = new Map<string, Uint8Array>();
  const files: DocumentFiles = {
    name: choice.reference,
    has: path => documents.has(path),
    read: path => documents.get(path) ?? null,
  };
  const isComplete = () => digest !== null && hasImage(files, digest);
  await readDocuments(archive, documents, isComplete);
  if (digest !== null) return chooseCandidate(findCandidates(files, [descriptorOf(files, digest)]), choice);
  const index = documents.get('index.json') ?? new Uint8Array();
  const manifest = parseManifest(index, `index.json of ${files.name}`);
  const roots = manifest.kind === 'index' ? manifest.manifests : [];
  return chooseCandidate(findCandidates(files, roots), choice);
}

async function readDocuments(
  archive: AsyncIterable<Uint8Array>,
  documents: Map<string, Uint8Array>,
  isComplete: () => boolean,
): Promise<void> {
  let kept = 0;
  const entry = (header: TarHeader): ContentSink | undefined => {
    if (header.kind !== 'file' || header.size > DOCUMENT_LIMIT || kept > KEPT_LIMIT) return undefined;
    return keepDocument(content => {
      kept += content.length;
      documents.set(cleanName(header.path), content);
      if (isComplete()) throw ENOUGH;
    });
  };
  try {
    await readTarStream(archive, { entry });
  } catch (error) {
    if (error !== ENOUGH) throw error;
  }
}

function hasImage(files: DocumentFiles, digest: Digest): boolean {
  const bytes = files.read(blobPath(digest));
  if (!bytes) return false;
  const manifest = parseManifest(bytes, `The manifest ${digest} of ${files.name}`);
  return manifest.kind === 'manifest' && files.has(blobPath(manifest.config.digest));
}

function descriptorOf(files: DocumentFiles, digest: Digest): Descriptor {
  const size = files.read(blobPath(digest))?.length ?? 0;
  return { mediaType: OCI_MANIFEST, digest, size, platform: null, annotations: {} };
}
