import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import type { BuildStep, StepNode, StepOutcome } from './build-result.ts';
import type { BuildTrace } from './build-trace.ts';
import type { FinalChain } from './final-chain.ts';
import type { BuildProvenance } from './provenance.ts';
import { type OperationKind, operationKind } from './provenance-wire.ts';
import { hashSteps, type StepHash } from './step-hash.ts';
import type { StepLocations } from './step-location.ts';
import { publicName } from './step-name.ts';
import type { Vertex } from './vertex.ts';

/** What provenance tells of one platform's build. */
export interface PlatformBuild {
  readonly provenance: BuildProvenance;
  readonly chain: FinalChain | null;
  readonly locations: StepLocations;
}

interface BuiltSteps {
  readonly steps: readonly BuildStep[];
  readonly graph: readonly StepNode[];
  readonly stepHashes: readonly (string | null)[];
}

interface KnownStep {
  readonly kind: OperationKind;
  readonly instruction: InstructionLocation | null;
  readonly hash: StepHash | undefined;
  readonly onFinalChain: boolean;
  readonly readsFiles: boolean;
  /** Whether it pulls an image, and nothing else. */
  readonly isImage: boolean;
}

/**
 * The steps of a build that succeeded. With provenance, those that lead to the target: on the graph driver vertices of
 * other builds stray in. Without it, all that BuildKit does not call internal, in the order they appeared.
 * @param builds by platform; the empty string when one was built
 */
export function collectSteps(
  trace: BuildTrace,
  builds: ReadonlyMap<string, PlatformBuild>,
  multiPlatform: boolean,
  buildArgs: ReadonlyMap<string, string>,
): BuiltSteps {
  const known = new Map<string, KnownStep>();
  const platforms = new Map<string, string[]>();
  for (const [platform, build] of builds) {
    for (const [digest, step] of listKnownSteps(build)) {
      known.set(digest, step);
      platforms.set(digest, [...(platforms.get(digest) ?? []), platform]);
    }
  }
  const digests = builds.size === 0 ? trace.vertices.keys() : known.keys();
  const vertices = [...digests]
    .map(digest => trace.vertices.get(digest))
    .filter((vertex): vertex is Vertex => vertex !== undefined && isWork(vertex));
  const indexes = new Map(vertices.map((vertex, index) => [vertex.digest, index]));
  const kinds = vertices.map(vertex => known.get(vertex.digest)?.kind ?? guessKind(vertex));
  return {
    steps: vertices.map((vertex, index) => {
      const step = known.get(vertex.digest);
      return {
        name: publicName(vertex.name, kinds[index] ?? 'other', step?.instruction ?? null, buildArgs),
        outcome: outcomeOf(vertex, step?.isImage ?? kinds[index] === 'source'),
        durationMs: vertex.durationMs,
        pullMs: vertex.pullMs,
        onFinalChain: step?.onFinalChain ?? false,
        platform: multiPlatform ? readPlatform(vertex.name) : null,
        instruction: step?.instruction ?? null,
      };
    }),
    graph: vertices.map((vertex, index) => ({
      kind: kinds[index] ?? 'other',
      inputs: vertex.inputs.map(input => indexes.get(input)).filter(input => input !== undefined),
      definition: known.get(vertex.digest)?.hash?.definition ?? null,
      operation: known.get(vertex.digest)?.hash?.operation ?? null,
      readsFiles: known.get(vertex.digest)?.readsFiles ?? false,
      platforms: platforms.get(vertex.digest) ?? [],
    })),
    stepHashes: vertices.map(vertex => known.get(vertex.digest)?.hash?.full ?? null),
  };
}

/** An image of which nothing had to be pulled was at hand, whatever BuildKit calls asking for its digest. */
function outcomeOf(vertex: Vertex, isImage: boolean): StepOutcome {
  const outcome = vertex.outcome(true);
  return isImage && outcome === 'executed' && vertex.pullMs === 0 ? 'cached' : outcome;
}

function* listKnownSteps({
  provenance,
  chain,
  locations,
}: PlatformBuild): Generator<[digest: string, KnownStep]> {
  const hashes = hashSteps(provenance);
  const onChain = new Set(chain?.steps.flatMap(step => [step.id, ...step.merged]));
  const vertexOf = new Map([...provenance.stepOfVertex].map(([digest, id]) => [id, digest]));
  for (const [id, step] of provenance.steps) {
    const digest = vertexOf.get(id);
    if (digest === undefined) continue;
    const readsFiles = step.inputs.some(input => {
      const identifier = provenance.steps.get(input.step)?.operation.Op?.source?.identifier;
      return identifier !== undefined && !identifier.startsWith('docker-image://');
    });
    const hash = hashes.get(id);
    const kind = operationKind(step.operation);
    const isImage = step.operation.Op?.source?.identifier?.startsWith('docker-image://') ?? false;
    const onFinalChain = onChain.has(id);
    yield [digest, { kind, instruction: locations.of(id), hash, onFinalChain, readsFiles, isImage }];
  }
}

/** Pulls, copies and commands have names in brackets; BuildKit's own housekeeping is `[internal]` or has none. */
function isWork(vertex: Vertex): boolean {
  return (
    vertex.name !== '' && !/^\[(?:internal|auth)\]|^(?:exporting|importing|resolving) /.test(vertex.name)
  );
}

function guessKind(vertex: Vertex): OperationKind {
  if (/^\[[^\]]*\] FROM |^\[context /.test(vertex.name)) return 'source';
  return /^\[[^\]]*\] RUN /.test(vertex.name) ? 'exec' : 'other';
}

/** `[linux/arm64 builder 2/5]`, and `[linux/amd64->arm64 builder 2/5]` for a step that cross-compiles. */
function readPlatform(name: string): string | null {
  return /^\[([a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9]+)?)(?:->[^\s\]]+)?[\s\]]/.exec(name)?.[1] ?? null;
}
