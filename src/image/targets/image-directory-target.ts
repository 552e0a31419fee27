import { Buffer } from 'node:buffer';
import { digestHex } from '../../base/digest.ts';
import type {
  BlobIdentity,
  ImageTarget,
  OutgoingBlob,
  OutgoingDocument,
  UnfinishedPaths,
  WrittenImage,
} from './image-target.ts';
import { notEmpty } from './oci-layout-target.ts';
import { OutputFolder } from './output-folder.ts';

const VERSION = { path: 'version', bytes: Buffer.from('Directory Transport Version: 1.1\n') };

/**
 * A directory as skopeo writes it: a manifest beside each blob by its hex digits, and the manifests of an index as
 * `HEX.manifest.json`.
 * https://github.com/containers/image/blob/main/docs/containers-transports.5.md
 */
export class ImageDirectoryTarget implements ImageTarget {
  readonly usualCompression = 'gzip';
  readonly reference: string;
  readonly #folder: OutputFolder;
  #isFit = false;

  constructor(reference: string, path: string, unfinished: UnfinishedPaths) {
    this.reference = reference;
    this.#folder = new OutputFolder(path, unfinished);
  }

  async write(blob: OutgoingBlob): Promise<BlobIdentity> {
    if (!this.#isFit && ((await this.#folder.list())?.length ?? 0) > 0) throw notEmpty(this.#folder.path);
    this.#isFit = true;
    return await this.#folder.writeBlob(blob, digestHex);
  }

  async commit(images: readonly WrittenImage[], index: OutgoingDocument | null): Promise<void> {
    const root = index ?? images[0]?.manifest;
    if (root === undefined) throw new TypeError('an image has a platform');
    await this.#folder.writeDocument(VERSION);
    for (const { manifest } of index === null ? [] : images) {
      await this.#folder.writeDocument({ ...manifest, path: `${digestHex(manifest.digest)}.manifest.json` });
    }
    await this.#folder.writeDocument({ path: 'manifest.json', bytes: root.bytes });
    this.#folder.commit();
  }

  async close(): Promise<void> {
    await this.#folder.discard();
  }
}
