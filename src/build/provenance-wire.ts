import { z } from 'zod';
import { lazy } from '../base/lazy.ts';

const position = lazy(() => z.object({ line: z.number().nullish() }).nullish());
export const locationsSchema = lazy(() =>
  z.object({
    locations: z
      .array(
        z.object({
          sourceIndex: z.number().nullish(),
          ranges: z.array(z.object({ start: position(), end: position() })).nullish(),
        }),
      )
      .nullish(),
  }),
);

const metadataSchema = lazy(() =>
  z.object({
    source: z
      .object({
        locations: z.record(z.string(), locationsSchema()).nullish(),
        infos: z.array(z.object({ data: z.string().nullish() })).nullish(),
      })
      .nullish(),
    layers: z.record(z.string(), z.array(z.array(z.unknown()).nullish())).nullish(),
  }),
);

const buildConfigSchema = lazy(() =>
  z.object({
    llbDefinition: z
      .array(z.object({ id: z.string(), op: z.unknown(), inputs: z.array(z.string()).nullish() }))
      .nullish(),
    digestMapping: z.record(z.string(), z.string()).nullish(),
  }),
);

export const materialsSchema = lazy(() =>
  z
    .array(z.object({ uri: z.string().nullish(), digest: z.record(z.string(), z.string()).nullish() }))
    .nullish(),
);

/** BuildKit's key for its own part of the metadata in SLSA 0.2, and in its first releases of SLSA 1. */
export const EXTENSION = 'https://mobyproject.org/buildkit@v1#metadata';
const runMetadata = lazy(() =>
  z.object({
    [EXTENSION]: metadataSchema().nullish(),
    buildkit_metadata: metadataSchema().nullish(),
  }),
);

/** SLSA 0.2 and both shapes of SLSA 1 (buildkit, `solver/llbsolver/provenance/types/types.go`). */
export const predicateSchema = lazy(() =>
  z.object({
    invocation: z.object({ environment: z.object({ platform: z.string().nullish() }).nullish() }).nullish(),
    buildConfig: buildConfigSchema().nullish(),
    metadata: runMetadata().nullish(),
    materials: materialsSchema(),
    buildDefinition: z
      .object({
        externalParameters: z.object({ buildConfig: buildConfigSchema().nullish() }).nullish(),
        internalParameters: z
          .object({ buildConfig: buildConfigSchema().nullish(), builderPlatform: z.string().nullish() })
          .nullish(),
        resolvedDependencies: materialsSchema(),
      })
      .nullish(),
    runDetails: z.object({ metadata: runMetadata().nullish() }).nullish(),
  }),
);

const index = lazy(() => z.number().nullish());

/** Of an LLB operation (buildkit, `solver/pb/ops.proto`), what leads from an output to the filesystem under it. */
export const operationSchema = lazy(() =>
  z.object({
    Op: z
      .object({
        source: z.object({ identifier: z.string() }).nullish(),
        exec: z
          .object({
            mounts: z
              .array(z.object({ input: index(), dest: z.string().nullish(), output: index() }))
              .nullish(),
          })
          .nullish(),
        file: z
          .object({ actions: z.array(z.object({ input: index(), output: index() })).nullish() })
          .nullish(),
        merge: z.object({ inputs: z.array(z.object({ input: index() })).nullish() }).nullish(),
      })
      .nullish(),
  }),
);

export type LlbOperation = z.infer<ReturnType<typeof operationSchema>>;

export type OperationKind = 'source' | 'exec' | 'file' | 'merge' | 'terminal' | 'other';

export function operationKind(operation: LlbOperation): OperationKind {
  const op = operation.Op;
  if (!op) return 'other';
  if (op.source) return 'source';
  if (op.exec) return 'exec';
  if (op.file) return 'file';
  if (op.merge) return 'merge';
  return Object.keys(op).length === 0 ? 'terminal' : 'other';
}
