import { z } from 'zod';
import { lazy } from '../base/lazy.ts';

/** Raise it when a name or a meaning changes; adding a field does not. */
export const SHARED_REPORT_VERSION = 1;

const bytes = lazy(() => z.int().min(0).describe('bytes'));
const index = lazy(() => z.int().min(0));

/** What several images have in common. */
export const sharedReportSchema = lazy(() =>
  z
    .object({
      schemaVersion: z.literal(SHARED_REPORT_VERSION),
      tool: z.object({ name: z.literal('deadweight'), version: z.string() }),
      platform: z.string(),
      images: z.array(
        z.object({
          name: z.string().describe('As it was named'),
          size: bytes(),
          layerCount: index(),
          sharedSize: bytes().describe('Of layers that others have at the same place, on the same layers'),
          ownSize: bytes().describe('Of all its other layers'),
        }),
      ),
      size: bytes().describe('Sum of the sizes of the images'),
      machineSize: bytes().describe('What all of them take up on one machine'),
      registrySize: bytes()
        .nullable()
        .describe('Compressed bytes that a registry keeps of them; null where not all are known'),
      shared: z
        .array(
          z.object({
            images: z.array(index()).describe('Indexes of the images'),
            first: index().describe('Index of the lowest of the layers, in each of the images'),
            last: index().describe('Index of the highest'),
            size: bytes(),
            createdBy: z.string().describe('What made the highest'),
          }),
        )
        .describe('Neighbouring layers that an engine keeps once, largest first'),
      misplaced: z
        .array(
          z.object({
            places: z.array(z.object({ image: index(), layer: index() })),
            size: bytes(),
            saving: bytes().describe('What would be kept once if it stood on the same layers everywhere'),
            createdBy: z.string(),
          }),
        )
        .describe('Layers that several images have on other layers, largest saving first'),
      repeated: z
        .object({
          count: index(),
          bytes: bytes(),
          packages: z.array(
            z.object({ type: z.string(), name: z.string(), version: z.string(), bytes: bytes() }),
          ),
        })
        .describe('Files of one path and size in different layers; contents are not compared'),
      notices: z.array(z.object({ code: z.string(), message: z.string() })),
    })
    .describe('What images share'),
);

export type SharedReport = z.infer<ReturnType<typeof sharedReportSchema>>;
