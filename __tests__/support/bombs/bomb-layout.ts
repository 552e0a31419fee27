import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import { type RawEntry, rawTar } from './raw-tar.ts';

/** A layer in the layout, as descriptors name it. */
export interface BombLayer {
  readonly digest: string;
  readonly size: number;
  readonly diffId: string;
}

/** An OCI layout on the disk, its layers written as they are made: none is ever in memory whole. */
export class BombLayout {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** A layer of these entries. */
  async layer(entries: Iterable<RawEntry>, compression: 'zstd' | 'gzip' = 'zstd'): Promise<BombLayer> {
    const tarHash = createHash('sha256');
    function* hashed(): Generator<Uint8Array> {
      for (const chunk of rawTar(entries)) {
        tarHash.update(chunk);
        yield chunk;
      }
    }
    const params = { [constants.ZSTD_c_compressionLevel]: 1 };
    const engine = compression === 'zstd' ? createZstdCompress({ params }) : createGzip({ level: 1 });
    const { digest, size } = await this.#store(Readable.from(hashed()), engine);
    return { digest, size, diffId: `sha256:${tarHash.digest('hex')}` };
  }

  /** A layer of stored bytes. @param diffId of what they unpack to; none that could be when absent */
  async blob(chunks: Iterable<Uint8Array>, diffId = `sha256:${'0'.repeat(64)}`): Promise<BombLayer> {
    return { ...(await this.#store(Readable.from(chunks))), diffId };
  }

  /** Lists the layers, and is an image. @param config what its configuration has besides */
  async finish(layers: readonly BombLayer[], config: object = {}): Promise<void> {
    const rootfs = { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) };
    const stored = await this.#document({ os: 'linux', architecture: 'amd64', rootfs, ...config });
    const manifest = await this.#document({
      schemaVersion: 2,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...stored },
      layers: layers.map(({ digest, size }) => ({ mediaType: LAYER, digest, size })),
    });
    await this.index({ schemaVersion: 2, manifests: [{ mediaType: MANIFEST, ...manifest }] });
  }

  /** The index, as a value or as the text that it is. */
  async index(content: unknown): Promise<void> {
    await mkdir(join(this.folder, 'blobs/sha256'), { recursive: true });
    await writeFile(join(this.folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    await writeFile(join(this.folder, 'index.json'), text);
  }

  async #document(content: unknown): Promise<{ readonly digest: string; readonly size: number }> {
    return await this.#store(Readable.from([Buffer.from(JSON.stringify(content))]));
  }

  /** @param packed by the engine, where there is one */
  async #store(bytes: Readable, engine: Transform = new PassThrough()) {
    const blobs = join(this.folder, 'blobs/sha256');
    await mkdir(blobs, { recursive: true });
    const hash = createHash('sha256');
    let size = 0;
    const draft = join(blobs, 'draft');
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        size += chunk.length;
        done(null, chunk);
      },
    });
    await pipeline(bytes, engine, counted, createWriteStream(draft));
    const hex = hash.digest('hex');
    await rename(draft, join(blobs, hex));
    return { digest: `sha256:${hex}`, size };
  }
}

const LAYER = 'application/vnd.oci.image.layer.v1.tar+zstd';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
