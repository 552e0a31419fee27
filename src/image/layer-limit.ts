/** What Docker documents as the most layers of an image. */
export const LAYER_LIMIT = 127;

/** What a machine with the overlay2 graph driver still pulls: it refuses 126 with `max depth exceeded`. */
export const PULL_LAYER_LIMIT = 125;

/** How many layers may be added until each limit is met; negative beyond it. */
export function layerHeadroom(layerCount: number): { readonly documented: number; readonly pull: number } {
  return { documented: LAYER_LIMIT - layerCount, pull: PULL_LAYER_LIMIT - layerCount };
}
