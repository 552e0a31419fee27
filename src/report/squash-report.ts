import { z } from 'zod';
import { lazy } from '../base/lazy.ts';

/** Raise it when a name or a meaning changes; adding a field does not. */
export const SQUASH_REPORT_VERSION = 1;

const bytes = lazy(() => z.int().describe('bytes'));
const compressed = lazy(() => bytes().nullable());
const index = lazy(() => z.int().describe('index of a layer, 0 is the lowest'));

/** What held for the image that it was, and not for the one that it becomes. */
export const droppedPart = lazy(() =>
  z
    .enum(['inline-cache', 'attestations', 'annotations'])
    .describe(
      'inline-cache: the record of a build cache in the config. attestations: provenance and lists of packages in the index. annotations: what the manifest says of its base image or of an index of files, where those layers became others',
    ),
);

const side = lazy(() =>
  z.object({
    layerCount: z.int(),
    size: bytes().describe('Uncompressed file bytes'),
    compressedSize: compressed().describe(
      'As a registry holds it, in bytes; null where not all layers are known',
    ),
    largestLayer: bytes().describe('Uncompressed file bytes of the largest layer'),
  }),
);

const range = lazy(() =>
  z.object({
    first: index(),
    last: index(),
    size: bytes().describe('Uncompressed file bytes of the layer that they become'),
    compressedSize: compressed().describe('Of the layer that they become, where it was packed or measured'),
    saving: z.object({ bytes: bytes() }).describe('What they hold and hide from each other, which is freed'),
  }),
);

const sharing = lazy(() =>
  z
    .object({ image: z.string(), layerCount: z.int(), size: bytes() })
    .describe('Layers that another image has, too, and that this one has no longer'),
);

const squashedPlatform = lazy(() =>
  z.object({
    platform: z.string(),
    imageId: z
      .string()
      .nullable()
      .describe('Digest of the config; null where nothing was written or measured'),
    digest: z
      .string()
      .nullable()
      .describe('Digest of the manifest; null where nothing was written or measured'),
    before: side(),
    after: side(),
    ranges: z.array(range()).describe('Lowest first'),
    shared: z.array(sharing()),
    dropped: z.array(droppedPart()),
  }),
);

/** What `deadweight squash` does to an image, and what of it was written. */
export const squashReportSchema = lazy(() =>
  z
    .object({
      schemaVersion: z.literal(SQUASH_REPORT_VERSION),
      tool: z.object({ name: z.literal('deadweight'), version: z.string() }),
      image: z.string().describe('The image as it was named'),
      platforms: z.array(squashedPlatform()),
      advice: z
        .array(
          z.object({ first: index(), last: index(), size: bytes(), saving: z.object({ bytes: bytes() }) }),
        )
        .nullable()
        .describe('Ranges that are worth it, where none were asked for; null where some were'),
      output: z
        .object({
          target: z.string(),
          digest: z
            .string()
            .describe('Of what the name is of: the manifest, or the index of several platforms'),
        })
        .nullable()
        .describe('Where it was written to; null where it was not'),
      notices: z.array(z.object({ code: z.string(), message: z.string() })),
    })
    .describe('What deadweight squash did'),
);

export type SquashReport = z.infer<ReturnType<typeof squashReportSchema>>;
export type SquashedPlatform = SquashReport['platforms'][number];
