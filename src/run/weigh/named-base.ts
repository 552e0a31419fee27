import { originsAbove } from '../../analysis/base-layers.ts';
import type { DiffId } from '../../base/digest.ts';
import type { Notice } from '../../base/notice.ts';
import type { Platform } from '../../base/platform.ts';
import type { ImageOrigins } from '../../dockerfile/layer-origin.ts';
import type { Image } from '../../image/image.ts';
import { type WeighContext, withImage } from './weigh.ts';

/** What `--base` names: the image that FROM named. */
interface NamedBase {
  readonly name: string;
  readonly digest: null;
  /** Of its layers, lowest first. */
  readonly diffIds: readonly DiffId[];
}

/** @throws DeadweightError as opening an image does */
export async function readBaseImage(
  name: string,
  platform: Platform | null,
  context: WeighContext,
): Promise<NamedBase> {
  return withImage(name, platform, context, async ({ layers }) => ({
    name,
    digest: null,
    diffIds: layers.map(({ diffId }) => diffId),
  }));
}

/**
 * Which layers of an image are those of its base image.
 * @param reference as the image was named
 * @returns null where nothing is known, with a notice where another image was named
 */
export function originsOn(
  { layers }: Pick<Image, 'layers'>,
  base: NamedBase | null,
  reference: string,
): { readonly origins: ImageOrigins | null; readonly notices: readonly Notice[] } {
  const origins = base && originsAbove(layers, base);
  return { origins, notices: base === null || origins !== null ? [] : [notBelow(reference, base.name)] };
}

function notBelow(reference: string, base: string): Notice {
  return {
    code: 'base-not-below',
    message: `${reference} is not built on ${base}: its first layers differ, so every layer counts as own.`,
  };
}
