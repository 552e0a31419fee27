import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DeadweightError } from '../../base/errors.ts';
import { readInputFile } from '../../base/input-file.ts';
import { printable } from '../../base/untrusted-text.ts';
import { type JsonDocument, jsonList, jsonObject, parseJsonDocument } from '../../oci/json-document.ts';
import { MAX_DOCUMENT } from '../../oci/parse-json.ts';
import { blobPath } from '../sources/image-candidates.ts';
import { REF_NAME } from '../sources/oci-layout.ts';
import type {
  BlobIdentity,
  ImageTarget,
  OutgoingBlob,
  OutgoingDocument,
  UnfinishedPaths,
  WrittenImage,
} from './image-target.ts';
import { OutputFolder } from './output-folder.ts';
import { indexFile, LAYOUT_FILE, manifestFiles, refAnnotations, rootEntry } from './saved-documents.ts';

/**
 * A layout in a folder, with the images that are there already: one of the same name is replaced in its index, and its blobs
 * stay, as other tools leave them.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export class OciLayoutTarget implements ImageTarget {
  readonly usualCompression = 'gzip';
  readonly reference: string;
  readonly #folder: OutputFolder;
  readonly #ref: string | null;
  #isFit = false;

  /** @param ref what the image is called in it; null for nothing */
  constructor(reference: string, path: string, ref: string | null, unfinished: UnfinishedPaths) {
    this.reference = reference;
    this.#folder = new OutputFolder(path, unfinished);
    this.#ref = ref;
  }

  async write(blob: OutgoingBlob): Promise<BlobIdentity> {
    await this.#check();
    return await this.#folder.writeBlob(blob, blobPath);
  }

  async commit(images: readonly WrittenImage[], index: OutgoingDocument | null): Promise<void> {
    await this.#check();
    const entry = rootEntry(images, index, refAnnotations(this.#ref));
    for (const document of manifestFiles(images, index)) await this.#folder.writeDocument(document);
    await this.#folder.writeDocument(LAYOUT_FILE);
    const others = this.#entries().filter(each => nameOf(each) !== this.#ref);
    await this.#folder.writeDocument(indexFile([...others, entry]));
    this.#folder.commit();
  }

  async close(): Promise<void> {
    await this.#folder.discard();
  }

  async #check(): Promise<void> {
    if (this.#isFit) return;
    const names = await this.#folder.list();
    if (names !== null && names.length > 0 && !names.includes('oci-layout'))
      throw notEmpty(this.#folder.path);
    this.#isFit = true;
  }

  #entries(): readonly JsonDocument[] {
    const path = join(this.#folder.path, 'index.json');
    if (!existsSync(path)) return [];
    const document = parseJsonDocument(readInputFile(path, { maxBytes: MAX_DOCUMENT }), printable(path));
    return jsonList(document['manifests']).map(jsonObject);
  }
}

function nameOf(entry: JsonDocument): unknown {
  return jsonObject(entry['annotations'])[REF_NAME] ?? null;
}

/** The error for a folder that is no layout. */
export function notEmpty(path: string): DeadweightError {
  return new DeadweightError('output-unwritable', {
    message: `${printable(path)} is a folder with other files in it, and nothing is written among them.`,
    remedy: 'Give a folder that is empty or not there yet.',
  });
}
