import type { ImageAnalysis, VisibleFile } from '../analysis/image-analysis.ts';
import type { BuildStep } from '../build/build-result.ts';
import type { CacheBreak } from '../build/cache-break.ts';
import { type KnownKind, KnownPaths } from '../compare/known-path.ts';
import type { BuiltDockerfile } from '../dockerfile/built-dockerfile.ts';
import type { DockerfileInstruction, InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import { memoize } from './memoize.ts';

export interface BuildRecord {
  /** The steps of this image's platform. */
  readonly steps: readonly BuildStep[];
  readonly cacheBreak: CacheBreak | null;
  /** When it was built, milliseconds since the epoch; null where nobody tells. */
  readonly builtAt: number | null;
}

/** What rules look at: an image, and as much as is known of how it was built. */
export class RuleContext {
  readonly analysis: ImageAnalysis;
  /** What it was built from; null where only the image is there. */
  readonly dockerfile: BuiltDockerfile | null;
  /** How it was built; null when it was not. */
  readonly build: BuildRecord | null;

  constructor(
    analysis: ImageAnalysis,
    dockerfile: BuiltDockerfile | null = null,
    build: BuildRecord | null = null,
  ) {
    this.analysis = analysis;
    this.dockerfile = dockerfile;
    this.build = build;
  }

  /** Index of the lowest own layer. When the base is unknown all layers count as own. */
  get ownFrom(): number {
    return this.analysis.baseLayerCount ?? 0;
  }

  /** Path of the ignore file that the Dockerfile has of its own; null where that of the context counts. */
  get ownIgnoreFile(): string | null {
    return this.dockerfile?.ownIgnoreFile ?? null;
  }

  /** Whether it can be told what the user's Dockerfile is to blame for. */
  get isBaseKnown(): boolean {
    return this.analysis.baseLayerCount !== null;
  }

  /** Files with bytes that own layers hold and the final filesystem shows. */
  get ownFiles(): readonly VisibleFile[] {
    return ownFiles(this);
  }

  /** Of `ownFiles`, those that are of a kind by all of their names: a hard link keeps the bytes of the others. */
  filesOfKind(kind: KnownKind): readonly VisibleFile[] {
    return knownFiles(this).get(kind) ?? [];
  }

  /** The shipped instruction that made the layer; null for a layer of the base, and where nothing tells. */
  instructionOf(layer: number): DockerfileInstruction | null {
    if (layer < this.ownFrom) return null;
    return this.dockerfile?.shippedAt(this.locationOf(layer)) ?? null;
  }

  locationOf(layer: number): InstructionLocation | null {
    return this.analysis.layers[layer]?.instruction ?? null;
  }
}

const ownFiles = memoize(({ analysis, ownFrom }: RuleContext) =>
  analysis.visibleFiles
    .values()
    .filter(({ bytes, layer }) => bytes > 0 && layer >= ownFrom)
    .toArray(),
);

const knownFiles = memoize((context: RuleContext) => {
  const known = new KnownPaths();
  return filesByKind(context.ownFiles, path => known.kindOf(path));
});

/** Files by their kind: left out are those of none, and those whose names are of several. */
export function filesByKind<Kind extends string>(
  files: readonly VisibleFile[],
  kindOf: (path: string) => Kind | null,
): ReadonlyMap<Kind, readonly VisibleFile[]> {
  const kinds = new Map<Kind, VisibleFile[]>();
  for (const file of files) {
    const kind = kindOf(file.path);
    if (kind === null || file.otherNames?.some(name => kindOf(name) !== kind)) continue;
    const sameKind = kinds.get(kind);
    if (sameKind === undefined) kinds.set(kind, [file]);
    else sameKind.push(file);
  }
  return kinds;
}
