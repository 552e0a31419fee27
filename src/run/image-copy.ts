import type { Digest } from '../base/digest.ts';
import { type Platform, samePlatform } from '../base/platform.ts';
import type { Image } from '../image/image.ts';
import { parseImageReference } from '../image/open-image.ts';
import type { ImageTarget, WrittenImage } from '../image/targets/image-target.ts';
import { assertHolds, openTarget, type TargetReference } from '../image/targets/open-target.ts';
import { formatDockerName } from '../oci/docker-name.ts';
import { squashImage } from '../squash/squash-image.ts';
import { squashedIndex } from '../squash/squashed-manifest.ts';
import type { Environment } from './environment.ts';
import { withImage } from './weigh/weigh.ts';

/**
 * Opens an image for as long as `body` runs: all of its platforms in the order of its index, whichever of them the host has,
 * or the one that is wanted. What can only be streamed is kept in a file meanwhile.
 */
export async function withPlatforms<T>(
  reference: string,
  platform: Platform | null,
  environment: Environment,
  body: (images: readonly Image[]) => Promise<T>,
): Promise<T> {
  const reading = { ...environment, spoolFolder: environment.temporaryDir };
  return await withImage(reference, platform, reading, async first => {
    const same = pinnedTo(first.rootDigest, reference);
    const isFirst = (each: Platform) => samePlatform(each, first.platform);
    const open = async (images: readonly Image[], [next, ...rest]: readonly Platform[]): Promise<T> => {
      if (next === undefined) return await body(images);
      if (!isFirst(next))
        return await withImage(same, next, reading, image => open([...images, image], rest));
      return await open(images.includes(first) ? images : [...images, first], rest);
    };
    const isListed = platform === null && first.platforms.some(isFirst);
    const others = platform === null ? first.platforms : [];
    return await open(isListed ? [] : [first], others);
  });
}

/** The name of what was opened: a tag may be another image by the time that its next platform is opened. */
function pinnedTo(root: Digest | null, reference: string): string {
  const found = parseImageReference(reference);
  if (root === null || !('name' in found) || typeof found.name === 'string') return reference;
  return `docker://${formatDockerName({ ...found.name, tag: null, digest: root })}`;
}

/**
 * Makes an image appear whose blobs were written.
 * @returns what the target knows it by: the digest of its index, where it has several platforms
 */
export async function commitImages(
  images: readonly WrittenImage[],
  target: ImageTarget,
  { progress }: Pick<Environment, 'progress'>,
): Promise<Digest> {
  const index = images.length > 1 ? squashedIndex(images) : null;
  await progress.show({ label: `Finishing ${target.reference}` }, () => target.commit(images, index));
  const root = index ?? images[0]?.manifest;
  if (root === undefined) throw new TypeError('an image has a platform');
  return root.digest;
}

/**
 * Copies an image with all of its platforms, each blob as it is stored.
 * @returns as `commitImages`
 * @throws DeadweightError what opening, reading and writing throws; `usage` for a target that holds one platform
 */
export async function copyImage(
  reference: string,
  to: TargetReference,
  environment: Environment,
): Promise<Digest> {
  return await withPlatforms(reference, null, environment, async images => {
    assertHolds(to, images);
    const target = await openTarget(to, environment);
    try {
      const written: WrittenImage[] = [];
      for (const image of images) {
        const label = `Writing ${target.reference}`;
        const request = { image, scans: [], ranges: [], packing: null, origin: null };
        written.push(
          await environment.progress.show({ label }, count => squashImage({ ...request, count }, target)),
        );
      }
      return await commitImages(written, target, environment);
    } finally {
      await target.close();
    }
  });
}
