import { join } from 'node:path';
import { digestHex, sha256 } from '../../../src/base/digest.ts';
import { DeadweightError } from '../../../src/base/errors.ts';
import type { OpenOptions, ScanRequest } from '../../../src/image/image.ts';
import { openImage } from '../../../src/image/open-image.ts';
import type { LayerScan } from '../../../src/layer/layer-scan.ts';
import { dockerArchive } from '../fabricate/docker-archive.ts';
import { engineFiles } from '../fabricate/graph-store.ts';
import type { FabricatedImage } from '../fabricate/image.ts';
import { blobPath, writeFiles } from '../fabricate/oci-layout.ts';
import { folderOf } from '../folder.ts';
import { plainEntries } from '../scans/scan.ts';
import { containerdArchive, type FakeEngineOptions, fakeEngine } from './fake-engine.ts';
import { openOptions } from './medium.ts';

export type StoreKind = 'graph' | 'containerd';

/** An engine whose files lie below a folder of this test, where they can be changed. */
export class KeptEngine {
  readonly image: FabricatedImage;
  /** Where it keeps them. */
  readonly root: string;
  /** Lines for who debugs. */
  readonly lines: string[] = [];
  readonly #engine: Awaited<ReturnType<typeof fakeEngine>>;

  static async start(
    image: FabricatedImage,
    store: StoreKind,
    more: Partial<FakeEngineOptions> & { readonly says?: (root: string) => string } = {},
  ): Promise<KeptEngine> {
    const folder = await folderOf();
    const root = join(folder, 'data');
    await writeFiles(root, engineFiles([image], store));
    const archive = more.archive ?? (await (store === 'graph' ? dockerArchive : containerdArchive)([image]));
    const options = { api: 51, store, root: more.says?.(root) ?? root, ...more, archive };
    return new KeptEngine(image, root, await fakeEngine([image], options, join(folder, 'docker.sock')));
  }

  private constructor(image: FabricatedImage, root: string, engine: Awaited<ReturnType<typeof fakeEngine>>) {
    this.image = image;
    this.root = root;
    this.#engine = engine;
  }

  /** Of a layer of a graph driver: its folder of facts, the record of its tar, its files. */
  layer(index: number): { readonly facts: string; readonly record: string; readonly files: string } {
    let [chain, parent] = ['', ''];
    for (const { diffId } of this.image.layers.slice(0, index + 1)) {
      parent = digestHex(sha256(parent + diffId));
      chain = chain === '' ? diffId : sha256(`${chain} ${diffId}`);
    }
    const facts = join(this.root, 'image/overlay2/layerdb/sha256', chain.slice('sha256:'.length));
    const files = join(this.root, 'overlay2', `c${parent.slice(0, 24)}`, 'diff');
    return { facts, record: join(facts, 'tar-split.json.gz'), files };
  }

  /** Of the containerd store. */
  blob(blob: FabricatedImage['config']): string {
    return join(this.root, 'containerd/daemon/io.containerd.content.v1.content', blobPath(blob));
  }

  get host(): string {
    return this.#engine.host;
  }

  /** How often it was asked for the image itself. */
  get sent(): number {
    return this.#engine.requests.filter(path => path.includes('/get')).length;
  }

  async open(more: Partial<OpenOptions> = {}) {
    const log = { debug: (line: string) => void this.lines.push(line) };
    const { log: silent } = openOptions();
    const env = { DOCKER_HOST: this.host };
    return await openImage(
      `docker-daemon:${this.image.tags[0] ?? ''}`,
      openOptions({ env, log: { ...silent, ...log }, ...more }),
    );
  }

  /**
   * Figures of all layers; the code of our error where there are none.
   * @param opened is called before they are scanned
   */
  async weigh(
    request: ScanRequest = {},
    more: Partial<OpenOptions> = {},
    opened: () => void = () => undefined,
  ): Promise<Figures | string> {
    try {
      const image = await this.open(more);
      opened();
      try {
        return (await image.scan(request)).map(scan => figuresOf(scan));
      } finally {
        await image.close();
      }
    } catch (error) {
      if (error instanceof DeadweightError) return error.code;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#engine.close();
  }
}

export type Figures = readonly ReturnType<typeof figuresOf>[];

/** What headers tell of a layer, and the contents that are known. */
export function figuresOf(scan: LayerScan | null) {
  if (scan === null) return null;
  const entries = plainEntries(scan);
  return {
    diffId: scan.diffId,
    size: scan.size,
    fileCount: scan.fileCount,
    headerBytes: scan.headerBytes,
    whiteouts: scan.whiteouts,
    opaques: scan.opaques,
    markers: scan.markers,
    skippedFiles: scan.skippedFiles,
    collected: scan.collected,
    entries: entries.map(({ content: _content, ...entry }) => entry),
    contents: entries.map(({ content }) => content ?? null),
  };
}

/** Figures as others have them, who may not know all contents. */
export function agreeing(figures: Figures, known: Figures): Figures {
  return figures.map(
    (layer, index) =>
      layer && {
        ...layer,
        contents: layer.contents.map((content, at) =>
          (known[index]?.contents[at] ?? null) === null ? null : content,
        ),
      },
  );
}

/** Asks for the contents of all files. */
export function allContents(image: FabricatedImage, figures: Figures): ScanRequest {
  return {
    content: new Map(
      image.layers.map((_, index) => [
        index,
        new Set(figures[index]?.entries.filter(({ kind }) => kind === 'file').map(({ path }) => path)),
      ]),
    ),
  };
}
