import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { PlannedImage } from './planned-output.ts';

const indexSchema = z.object({ manifests: z.array(z.object({ digest: z.string() })) });

/**
 * The reference of what a build wrote into its OCI layout; null when the image is in the engine. A layout that several
 * builds write to, so that layers are written once, lists them all: the digest tells which one it was.
 * @param digest what the metadata say that the last exporter wrote
 */
export async function exportedLayout(
  image: PlannedImage,
  cwd: string,
  digest: string,
): Promise<string | null> {
  if (image.kind === 'daemon') return null;
  const directory = resolve(cwd, image.directory);
  const digests = await listedDigests(directory);
  return digests.includes(digest) ? `oci:${directory}:${digest}` : `oci:${directory}`;
}

/** None when the index cannot be read: opening the image will say why. */
async function listedDigests(directory: string): Promise<readonly string[]> {
  try {
    const index = indexSchema.safeParse(JSON.parse(await readFile(join(directory, 'index.json'), 'utf8')));
    return index.success ? index.data.manifests.map(manifest => manifest.digest) : [];
  } catch {
    return [];
  }
}
