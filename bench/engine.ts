import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BenchFile, layerDigest, writeArchive } from './fixture.ts';
import { type Run, run } from './measure.ts';

const execute = promisify(execFile);

export type Store = 'overlay2' | 'containerd';

/** An engine that keeps its images in one of two ways. */
export class Engine {
  readonly store: Store;
  readonly env: Readonly<Record<string, string>>;
  readonly #socketPath: string;

  constructor(store: Store, host: string) {
    this.store = store;
    this.env = { DOCKER_HOST: host };
    this.#socketPath = host.replace(/^unix:\/\//, '');
  }

  async docker(...args: readonly string[]): Promise<string> {
    const { stdout } = await execute('docker', [...args], { env: { ...process.env, ...this.env } });
    return stdout.trim();
  }

  /** Sees to it that the image is there. @param archive where it is written for that */
  async load(name: string, layers: readonly (readonly BenchFile[])[], archive: string): Promise<void> {
    const wanted = JSON.stringify(layers.map(files => `sha256:${layerDigest(files)}`));
    if ((await this.#diffIds(name)) === wanted) return;
    writeArchive(archive, name, layers);
    await this.docker('load', '--quiet', '--input', archive);
    await rm(archive);
  }

  /** All that `docker save` gets, thrown away. */
  async drain(name: string): Promise<Run> {
    const id = await this.docker('image', 'inspect', '--format', '{{.Id}}', name);
    const startedAt = performance.now();
    await new Promise<void>((resolve, reject) => {
      const request = get(
        { socketPath: this.#socketPath, path: `/images/${id}/get`, agent: false },
        response => {
          response.on('error', reject).on('end', resolve).resume();
        },
      );
      request.on('error', reject);
    });
    return { seconds: (performance.now() - startedAt) / 1000, peakBytes: null };
  }

  async has(name: string): Promise<boolean> {
    return (await this.#diffIds(name)) !== null;
  }

  /** @param names of images that routes made */
  async remove(names: readonly string[]): Promise<void> {
    await this.docker('image', 'rm', '--force', ...names).catch(() => undefined);
  }

  /** Removes an image, and what the cache has of the steps that made it. @param word of their commands */
  async forget(name: string, word: string): Promise<void> {
    await this.docker('image', 'rm', '--force', name);
    await this.docker('buildx', 'prune', '--force', '--filter', `description~=${word}`);
  }

  /**
   * What reads the layers where the engine has them: `find` over their folders, or `cat` of their blobs.
   * @returns null where this user may not
   */
  async readFiles(name: string): Promise<(() => Promise<Run>) | null> {
    const found = this.store === 'overlay2' ? await this.#folders(name) : await this.#blobs(name);
    if (found === null || !found.every(each => existsSync(each))) return null;
    return this.store === 'overlay2'
      ? () => run('find', [...found, '-size', '+9999G'])
      : () => run('cat', found);
  }

  async #diffIds(name: string): Promise<string | null> {
    try {
      return await this.docker('image', 'inspect', '--format', '{{json .RootFS.Layers}}', name);
    } catch {
      return null;
    }
  }

  async #folders(name: string): Promise<readonly string[]> {
    const format = '{{.GraphDriver.Data.UpperDir}}:{{index .GraphDriver.Data "LowerDir"}}';
    const text = await this.docker('image', 'inspect', '--format', format, name);
    return text.split(':').filter(path => path.startsWith('/'));
  }

  async #blobs(name: string): Promise<readonly string[] | null> {
    const root = await this.docker('info', '--format', '{{.DockerRootDir}}');
    const store = join(root, 'containerd/daemon/io.containerd.content.v1.content/blobs/sha256');
    const digest = await this.docker('image', 'inspect', '--format', '{{.Descriptor.digest}}', name);
    const pathOf = (each: string): string => join(store, each.replace('sha256:', ''));
    try {
      const manifest: { readonly layers: readonly { readonly digest: string }[] } = JSON.parse(
        readFileSync(pathOf(digest), 'utf8'),
      );
      return manifest.layers.map(layer => pathOf(layer.digest));
    } catch {
      return null;
    }
  }
}

export const STORES: readonly Store[] = ['overlay2', 'containerd'];

/** The engine of tests that has this store; null where none is up. */
export function engineOf(store: Store): Engine | null {
  const host = process.env[`DEADWEIGHT_E2E_${store.toUpperCase()}`];
  return host === undefined ? null : new Engine(store, host);
}
