import type { z } from 'zod';
import {
  EXTENSION,
  type LlbOperation,
  type locationsSchema,
  type materialsSchema,
  operationSchema,
  predicateSchema,
} from './provenance-wire.ts';

/** Lines of a Dockerfile, 1-based and inclusive. */
export interface LineRange {
  readonly startLine: number;
  readonly endLine: number;
}

/** `step5:0`: an output of a step. */
export interface StepOutput {
  readonly step: string;
  readonly index: number;
}

export interface LlbStep {
  readonly id: string;
  readonly operation: LlbOperation;
  /** The operation as it stands in the provenance. Holds build arguments: for hashing only. */
  readonly raw: unknown;
  readonly inputs: readonly StepOutput[];
}

/** What layers and lines need of BuildKit's provenance in mode max. The parameters of the build are not read. */
export interface BuildProvenance {
  /** By id, inputs before what uses them. */
  readonly steps: ReadonlyMap<string, LlbStep>;
  /** Step ids by the digest of their vertex. */
  readonly stepOfVertex: ReadonlyMap<string, string>;
  /** Number of layers up to and including an output, by `stepN:index`. */
  readonly layerCounts: ReadonlyMap<string, number>;
  /** Where a step stands: more than one place when stages share it. */
  readonly locations: ReadonlyMap<string, readonly LineRange[]>;
  /** Digests of what the build resolved, by package URL without its qualifiers. */
  readonly materials: ReadonlyMap<string, string>;
  /** The Dockerfile as BuildKit read it; null when it is not told. */
  readonly dockerfile: string | null;
  /** What the builder runs on: `linux/amd64`; null when it is not told. */
  readonly builderPlatform: string | null;
}

/** Reads a provenance predicate; null when it lacks the build's definition (mode min) or is none at all. */
export function readProvenance(value: unknown): BuildProvenance | null {
  const parsed = predicateSchema().safeParse(value);
  if (!parsed.success) return null;
  const { invocation, buildConfig, metadata, materials, buildDefinition, runDetails } = parsed.data;
  const config =
    buildConfig ??
    buildDefinition?.internalParameters?.buildConfig ??
    buildDefinition?.externalParameters?.buildConfig;
  const run = metadata ?? runDetails?.metadata;
  const own = run?.[EXTENSION] ?? run?.buildkit_metadata;
  if (!config?.llbDefinition || !own) return null;
  return {
    steps: new Map(config.llbDefinition.map(each => [each.id, readStep(each)])),
    stepOfVertex: new Map(Object.entries(config.digestMapping ?? {})),
    layerCounts: readLayerCounts(own.layers ?? {}),
    locations: readLocations(own.source?.locations ?? {}),
    materials: readMaterials(materials ?? buildDefinition?.resolvedDependencies ?? []),
    dockerfile: readDockerfile(own.source?.infos?.[0]?.data),
    builderPlatform:
      invocation?.environment?.platform ?? buildDefinition?.internalParameters?.builderPlatform ?? null,
  };
}

function readStep({
  id,
  op,
  inputs,
}: {
  id: string;
  op?: unknown;
  inputs?: string[] | null | undefined;
}): LlbStep {
  const parsed = operationSchema().safeParse(op);
  return {
    id,
    raw: op,
    operation: parsed.success ? parsed.data : {},
    inputs: (inputs ?? []).map(readOutput),
  };
}

function readOutput(text: string): StepOutput {
  const colon = text.lastIndexOf(':');
  return colon < 0
    ? { step: text, index: 0 }
    : { step: text.slice(0, colon), index: Number(text.slice(colon + 1)) };
}

/** One chain may stand there in several compressions, all of one length. An empty one tells nothing. */
function readLayerCounts(layers: Record<string, (unknown[] | null | undefined)[]>): Map<string, number> {
  return new Map(
    Object.entries(layers)
      .map(([output, chains]): [string, number] => [
        output,
        Math.max(0, ...chains.map(chain => chain?.length ?? 0)),
      ])
      .filter(([, count]) => count > 0),
  );
}

function readLocations(
  all: Record<string, z.infer<ReturnType<typeof locationsSchema>>>,
): Map<string, readonly LineRange[]> {
  const found = new Map<string, readonly LineRange[]>();
  for (const [step, { locations }] of Object.entries(all)) {
    const ranges: LineRange[] = [];
    for (const location of locations ?? []) {
      if (location.sourceIndex) continue;
      // A heredoc lists each of its lines.
      const lines = (location.ranges ?? [])
        .flatMap(({ start, end }) => [start?.line, end?.line])
        .filter((line): line is number => Number.isSafeInteger(line) && Number(line) > 0);
      const range = { startLine: findMinimum(lines), endLine: -findMinimum(lines.map(line => -line)) };
      if (lines.length > 0) ranges.push(range);
    }
    if (ranges.length > 0) found.set(step, ranges);
  }
  return found;
}

function readMaterials(
  materials: NonNullable<z.infer<ReturnType<typeof materialsSchema>>>,
): Map<string, string> {
  const found = new Map<string, string>();
  for (const { uri, digest } of materials) {
    const sha256 = digest?.['sha256'];
    if (uri && sha256) found.set(uri.replace(/\?.*$/s, ''), `sha256:${sha256}`);
  }
  return found;
}

function readDockerfile(data: string | null | undefined): string | null {
  return data ? Buffer.from(data, 'base64').toString('utf8') : null;
}

/** Not Math.min with a spread, whose arguments lie on the stack. */
function findMinimum(values: readonly number[]): number {
  return values.reduce((smallest, value) => Math.min(smallest, value), Number.POSITIVE_INFINITY);
}

/** An image that a build reads, from the identifier of its LLB source. */
export interface ImageSource {
  /** As people write it: `debian:bookworm`, `ghcr.io/a/b:1`. */
  readonly name: string;
  /** Digest that the build resolved it to; null for an image of the engine's own graph-driver store. */
  readonly digest: string | null;
  /** Whether the name has a tag, so that its digest may change between builds. */
  readonly tagged: boolean;
}

const IDENTIFIER = /^docker-image:\/\/([^@]+)(?:@(\w+:[0-9a-f]+))?$/;

/** Reads `docker-image://docker.io/library/debian:bookworm@sha256:…`; null when it is another kind of source. */
export function readImageSource(identifier: string): ImageSource | null {
  const match = IDENTIFIER.exec(identifier);
  if (!match) return null;
  const name = (match[1] ?? '').replace(/^docker\.io\/(?:library\/)?/, '');
  return { name, digest: match[2] ?? null, tagged: /:[^/]+$/.test(name) };
}

/** The package URL under which provenance lists the image as a material, without qualifiers. */
export function packageUrl(image: ImageSource): string {
  const colon = /:[^/]+$/.exec(image.name);
  return colon
    ? `pkg:docker/${image.name.slice(0, colon.index)}@${colon[0].slice(1)}`
    : `pkg:docker/${image.name}`;
}
