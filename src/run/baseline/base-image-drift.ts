import type { Notice } from '../../base/notice.ts';
import type { Snapshot } from '../../compare/snapshot.ts';

/**
 * A rebuild holds FROM to the head's digest; what was measured at another time was not held to it, and a budget of
 * growth may fail for what somebody else published.
 * @returns null where the image below is the same, or another one was named
 */
export function baseImageDrift(base: Snapshot, head: Snapshot): Notice | null {
  if (head.baseName === null || base.baseName !== head.baseName) return null;
  const before = baseLayers(base);
  const now = baseLayers(head);
  if (before === null || now === null || before === now) return null;
  return {
    code: 'base-image-drift',
    message: `${head.baseName} had other layers when the base was weighed: what changed in it is counted, too. Pin it by its digest, or compare with \`baseline: rebuild\`, which takes the same for both sides.`,
  };
}

function baseLayers({ baseLayerCount, layers }: Snapshot): string | null {
  if (baseLayerCount === null) return null;
  return layers
    .slice(0, baseLayerCount)
    .map(({ diffId }) => diffId)
    .join(' ');
}
