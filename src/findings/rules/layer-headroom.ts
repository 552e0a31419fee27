import { LAYER_LIMIT, layerHeadroom, PULL_LAYER_LIMIT } from '../../image/layer-limit.ts';
import type { Rule } from '../rule.ts';

export type LayerHeadroomArgs = {
  /** Layers of the image, those of its base included. */
  readonly layers: number;
  /** The documented limit, and how many layers it still leaves; negative beyond it. */
  readonly limit: number;
  readonly left: number;
  /** The same of machines with the overlay2 graph driver that pull the image. */
  readonly pullLimit: number;
  readonly pullLeft: number;
};

/** From here on images that are built upon soon have no room left. Layers. */
const NARROW = 100;

/** An image near the limit of layers. An error where the first engines refuse to pull it. */
export const layerHeadroomRule: Rule = {
  id: 'layer-headroom',
  find: ({ analysis }) => {
    const { length } = analysis.layers;
    if (length < NARROW) return [];
    const { documented, pull } = layerHeadroom(length);
    const args: LayerHeadroomArgs = {
      layers: length,
      limit: LAYER_LIMIT,
      left: documented,
      pullLimit: PULL_LAYER_LIMIT,
      pullLeft: pull,
    };
    const finding = {
      rule: 'layer-headroom',
      severity: pull < 0 ? 'error' : 'warning',
      args,
      location: null,
      related: null,
      evidence: { layers: [], paths: [], fileCount: 0, bytes: 0 },
      saving: null,
      edits: [],
    } as const;
    return [{ finding, claims: [] }];
  },
};
