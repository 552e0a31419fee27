import { lstatSync } from 'node:fs';
import { link, mkdir, mkdtemp, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Log } from '../base/effects.ts';
import { DeadweightError, messageOf, systemErrorCode } from '../base/errors.ts';
import { readInputFile } from '../base/input-file.ts';
import { makeFolders } from '../layer/scan-files.ts';
import { isKeptSize, listBlobs, listKeptLayers, trimKeptLayers } from './kept-layers.ts';
import { makeRunFolder, removeRunFolder } from './run-folder.ts';

interface ExportLayoutsOptions {
  /** Where layers are kept. */
  readonly directory: string;
  /** Of all layers together; 0 keeps none. */
  readonly mostBytes: number;
  /** Whether the directory goes with the run. */
  readonly isTemporary: boolean;
  /** Where layouts go when the directory cannot be used. */
  readonly temporaryDir: string;
  readonly log: Log;
}

/**
 * The OCI layouts that builds leave for weighing. Each build gets one of its own, into which the layers are linked that
 * earlier builds exported: BuildKit writes none that is there. So any number of runs may share the directory, and what one
 * removes another still has. What is read of a layer is compared with its digest, wherever it came from.
 */
export class ExportLayouts {
  readonly #options: ExportLayoutsOptions;
  readonly #folders = new Set<string>();

  constructor(options: ExportLayoutsOptions) {
    this.#options = options;
  }

  /** Those of the run that are there now, outside of its temporary files (`makeRunFolder`). */
  get folders(): readonly string[] {
    return [...this.#folders];
  }

  /**
   * Hands a directory for the layout of a build to who builds and reads it, and keeps its layers for the next one.
   * @param body is called once more where it found damaged what an earlier build had left
   * @throws what the body throws
   */
  async use<T>(body: (directory: string) => Promise<T>): Promise<T> {
    return await this.#use(body, true);
  }

  /** The run builds nothing more. */
  async release(): Promise<void> {
    const { directory, isTemporary } = this.#options;
    if (isTemporary) await rm(directory, { recursive: true, force: true }).catch(() => undefined);
  }

  async #use<T>(body: (directory: string) => Promise<T>, mayRepeat: boolean): Promise<T> {
    const layout = await this.#open();
    try {
      const result = await body(layout.directory);
      await this.#close(layout, true);
      return result;
    } catch (error) {
      const isDamaged = saysDamaged(error);
      const repeats = mayRepeat && isDamaged && layout.hasKept();
      await this.#close(layout, !isDamaged);
      if (!repeats) throw error;
      const what = `A layer that an earlier build left is damaged (${messageOf(error)})`;
      this.#options.log.warn(`${what}: building once more without what was kept.`);
    }
    return await this.#use(body, false);
  }

  async #close(layout: Layout, isSound: boolean): Promise<void> {
    await layout.close(isSound);
    this.#folders.delete(dirname(layout.directory));
  }

  async #open(): Promise<Layout> {
    const { directory, mostBytes, temporaryDir, log } = this.#options;
    if (mostBytes === 0) forgetKept(directory, log);
    else {
      try {
        await makeFolders(join(directory, '..'));
        await mkdir(directory, { mode: 0o700 }).catch((error: unknown) => {
          if (systemErrorCode(error) !== 'EEXIST') throw error;
        });
        const folder = await makeRunFolder(directory);
        this.#folders.add(folder);
        return await KeepingLayout.open(folder, this.#options);
      } catch (error) {
        log.debug(`Layers cannot be kept in ${directory}: ${messageOf(error)}`);
      }
    }
    const folder = await mkdtemp(join(temporaryDir, 'layout-'));
    return {
      directory: folder,
      hasKept: () => false,
      close: () => rm(folder, { recursive: true, force: true }).catch(() => undefined),
    };
  }
}

/** Who keeps none wants none there either. */
function forgetKept(directory: string, log: Log): void {
  try {
    trimKeptLayers(directory, 0, Date.now());
  } catch (error) {
    log.debug(`Layers that are kept in ${directory} cannot be removed: ${messageOf(error)}`);
  }
}

interface Layout {
  readonly directory: string;
  /** Whether the build's image has layers of earlier builds. */
  hasKept(): boolean;
  /** @param isSound whether its layers may be kept */
  close(isSound: boolean): Promise<void>;
}

/** Bytes of a manifest or a configuration. */
const MAX_DOCUMENT = 4 * 1024 * 1024;

class KeepingLayout implements Layout {
  readonly directory: string;
  readonly #blobs: string;
  readonly #folder: string;
  readonly #options: ExportLayoutsOptions;
  /** Names of the layers that were linked into it. */
  readonly #linked: ReadonlySet<string>;

  private constructor(folder: string, options: ExportLayoutsOptions, linked: ReadonlySet<string>) {
    this.#folder = folder;
    this.#options = options;
    this.#linked = linked;
    this.directory = join(folder, 'layout');
    this.#blobs = blobsOf(folder);
  }

  static async open(folder: string, options: ExportLayoutsOptions): Promise<KeepingLayout> {
    try {
      return await KeepingLayout.#link(folder, options);
    } catch (error) {
      removeRunFolder(folder);
      throw error;
    }
  }

  static async #link(folder: string, options: ExportLayoutsOptions): Promise<KeepingLayout> {
    const linked = new Set<string>();
    await mkdir(blobsOf(folder), { recursive: true });
    for (const { name, path } of listKeptLayers(options.directory)) {
      // Another run may have removed it; some file systems have no links.
      const isLinked = await link(path, join(blobsOf(folder), name)).then(
        () => true,
        () => false,
      );
      if (isLinked) linked.add(name);
    }
    return new KeepingLayout(folder, options, linked);
  }

  hasKept(): boolean {
    try {
      return [...this.#namedLayers()].some(name => this.#linked.has(name));
    } catch {
      return false;
    }
  }

  async close(isSound: boolean): Promise<void> {
    const { directory, mostBytes, log } = this.#options;
    try {
      if (isSound) await this.#keep();
      else await this.#forget();
      trimKeptLayers(directory, mostBytes, Date.now());
    } catch (error) {
      log.debug(`Layers cannot be kept in ${directory}: ${messageOf(error)}`);
    }
    removeRunFolder(this.#folder);
  }

  async #keep(): Promise<void> {
    const { directory } = this.#options;
    const named = this.#namedLayers();
    const now = new Date();
    for (const name of listBlobs(this.#blobs)) {
      const [path, kept] = [join(this.#blobs, name), join(directory, name)];
      if (!this.#linked.has(name) && isKeptSize(lstatSync(path).size)) {
        await link(path, kept).catch(() => undefined);
      }
      if (named.has(name)) await utimes(kept, now, now).catch(() => undefined);
    }
  }

  /** A layer was not what its name says: none of this image is trusted any more. */
  async #forget(): Promise<void> {
    for (const name of this.#namedLayers()) {
      await rm(join(this.#options.directory, name), { force: true });
    }
  }

  /** What the documents of the build name: its own layers, of all that lie there. */
  #namedLayers(): ReadonlySet<string> {
    const names = new Set<string>();
    for (const name of listBlobs(this.#blobs)) {
      const path = join(this.#blobs, name);
      if (this.#linked.has(name) || lstatSync(path).size > MAX_DOCUMENT) continue;
      const text = readInputFile(path, { maxBytes: MAX_DOCUMENT, followsLink: false }).toString('latin1');
      if (!text.startsWith('{')) continue;
      for (const [digest] of text.matchAll(/sha256:[0-9a-f]{64}/g)) names.add(digest.slice('sha256:'.length));
    }
    return names;
  }
}

function blobsOf(folder: string): string {
  return join(folder, 'layout', 'blobs', 'sha256');
}

function saysDamaged(error: unknown): boolean {
  const codes = ['digest-mismatch', 'input-corrupt', 'input-truncated', 'blob-missing'];
  return error instanceof DeadweightError && codes.includes(error.code);
}
