import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Platform } from '../../../src/base/platform.ts';
import type { Image, OpenOptions } from '../../../src/image/image.ts';
import { openImage } from '../../../src/image/open-image.ts';
import type { FabricatedImage } from '../fabricate/image.ts';
import { silentLog } from '../silent-log.ts';

/** Images written to one kind of medium. */
export interface Prepared {
  readonly reference: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Its own files where they can be read, when absent. */
  readonly engineStore?: OpenOptions['engineStore'];
  /** Requests for content so far, where the medium counts them. */
  readonly contentRequests?: () => number;
  close?(): Promise<void>;
}

export interface Medium {
  readonly name: string;
  /** Whether uncompressed layers are read by their headers. */
  readonly isPositional: boolean;
  /** Whether it keeps the blobs of the manifest. */
  readonly hasBlobs: boolean;
  /** Whether it keeps what was in the blobs, and of them only what the manifest says. */
  readonly isUnpacked?: boolean;
  /** Whether it is asked for each layer by itself, rather than for all of them at once. */
  readonly fetchesLayers?: boolean;
  /** Writes images below an empty directory; the reference is that of the first. */
  prepare(images: readonly FabricatedImage[], directory: string): Promise<Prepared>;
}

const HOST: Platform = { os: 'linux', architecture: 'amd64' };

/** Options for tests: no environment, a home that is not there, no programs. */
export function openOptions(more: Partial<OpenOptions> = {}): OpenOptions {
  const exec = { run: () => Promise.reject(new Error('no program may be run here')) };
  const engineStore = 'auto';
  return { hostPlatform: HOST, env: {}, homeDir: '/nonexistent', log: silentLog, exec, engineStore, ...more };
}

/** Runs `body` with the first image opened from the medium; cleans up behind it. */
export async function withMedium(
  medium: Medium,
  images: readonly FabricatedImage[],
  body: (image: Image, prepared: Prepared) => Promise<void>,
): Promise<void> {
  await withDirectory(async directory => {
    const prepared = await medium.prepare(images, directory);
    try {
      const { reference, env = {}, engineStore = 'auto' } = prepared;
      const image = await openImage(reference, openOptions({ env, engineStore }));
      try {
        await body(image, prepared);
      } finally {
        await image.close();
        await image.close();
      }
    } finally {
      await prepared.close?.();
    }
  });
}

export async function withDirectory(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'deadweight-medium-'));
  try {
    await body(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The bytes of a stream. */
export async function bytesOfStream(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
