import { z } from 'zod';
import { code, phrase } from '../../base/phrase.ts';
import { countHeadroom, MAX_LAYERS, MAX_PULLED_LAYERS } from '../../image/image.ts';
import { MANY_LAYERS } from '../../squash/squash-advice.ts';
import { defineRule } from '../rule.ts';

/** An image near the limit of layers. An error where the first engines refuse to pull it. */
export const layerHeadroom = defineRule({
  id: 'layer-headroom',
  family: 'waste',
  order: 90,
  severity: 'warning',
  args: () =>
    z.object({
      layers: z.int().describe('Layers of the image, those of its base included'),
      limit: z.int().describe('The documented limit'),
      left: z.int().describe('How many layers that limit still leaves; negative beyond it'),
      pullLimit: z.int().describe('The limit of machines with the overlay2 graph driver that pull the image'),
      pullLeft: z.int().describe('How many layers that limit still leaves; negative beyond it'),
    }),
  finds: 'Images near the layer limit',
  why: 'Layers of the base image count, too, and so do those of each image that is built on this one. Beyond the limit, engines refuse to pull or build.',
  usual: 'None: it is about how many layers there are.',
  remedy:
    'Merge RUNs that belong together, give directories to one COPY, or merge layers of the image that was built with `deadweight squash`: the report names those that cost least to pull again, unless `max-layers` says that there may be so many.',
  whenToIgnore: 'Where only engines with the containerd store pull the image, and no image is built upon it.',
  find: ({ analysis }) => {
    const { length } = analysis.layers;
    if (length < MANY_LAYERS) return [];
    const { documented, pull } = countHeadroom(length);
    const args = {
      layers: length,
      limit: MAX_LAYERS,
      left: documented,
      pullLimit: MAX_PULLED_LAYERS,
      pullLeft: pull,
    };
    return [{ args, severity: pull < 0 ? 'error' : 'warning', location: null }];
  },
  what: ({ args: { layers, limit, pullLimit, pullLeft } }) => {
    const room =
      pullLeft > 0 ? `room for ${pullLeft} more` : pullLeft === 0 ? 'no room for more' : 'too many';
    const limits = `machines with the overlay2 graph driver pull at most ${pullLimit}, and ${limit} is the documented limit`;
    return phrase`The image has ${layers} layers, ${room}: ${limits}`;
  },
  fix: () => phrase`merge instructions, or layers of the image with ${code('deadweight squash')}`,
});
