import { compareBytes } from '../analysis/byte-order.ts';
import type { ImageAnalysis, LayerAnalysis, MergedStep, WastedFile } from '../analysis/image-analysis.ts';
import { formatPlatform, normalizePlatform } from '../base/platform.ts';
import { maskTextCredentials } from '../base/text-credentials.ts';
import type { BuildResult } from '../build/build-result.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { publicHistory } from '../oci/image-config.ts';
import type { InstalledPackage } from '../packages/installed-package.ts';
import type { InstalledPackages } from '../packages/installed-packages.ts';
import {
  coarseLayer,
  type HiddenFile,
  MAX_SOURCE,
  SNAPSHOT_VERSION,
  type Snapshot,
  type SnapshotFile,
  type SnapshotLayer,
  type SnapshotPackage,
  type SnapshotSources,
} from './snapshot.ts';
import { type StoredContent, storedContents } from './stored-content.ts';

/**
 * @param commit the commit that the image was built from; null when it is not known
 * @param sources what it was built from; null when that is not known
 */
export function createSnapshot(
  analysis: ImageAnalysis,
  commit: string | null,
  sources: SnapshotSources | null = null,
): Snapshot {
  const { efficiency, dive } = analysis;
  const numbers = new PackageNumbers(analysis.packages);
  const hidden = Map.groupBy(analysis.wastedFiles, file => file.writtenBy);
  return {
    deadweightSnapshot: SNAPSHOT_VERSION,
    reference: analysis.reference,
    commit,
    platform: formatPlatform(normalizePlatform(analysis.platform)),
    imageId: analysis.imageId,
    size: analysis.size,
    compressedSize: analysis.compressedSize,
    baseLayerCount: analysis.baseLayerCount,
    baseSize: analysis.baseSize,
    ownSize: analysis.ownSize,
    baseImageName: analysis.baseImageName,
    baseImageDigest: analysis.baseImageDigest,
    efficiency: efficiency.score,
    ownEfficiency: efficiency.ownScore,
    wastedBytes: efficiency.wastedBytes,
    shadowedBaseBytes: efficiency.shadowedBaseBytes,
    dive: { efficiency: dive.efficiency, wastedBytes: dive.wastedBytes },
    packages: numbers.packages,
    layers: analysis.layers.map((layer, index) =>
      snapshotLayer(layer, analysis.scans[index], numbers, hidden.get(index)),
    ),
    sources: sources && { ...sources, dockerfile: maskTextCredentials(sources.dockerfile) },
  };
}

/**
 * What a build read, as a snapshot keeps it; null where that is not known.
 * @param target as `--target` has it
 */
export function sourcesOf(
  { dockerfile, ignoreFile }: Pick<BuildResult, 'dockerfile' | 'ignoreFile'>,
  target: string,
): SnapshotSources | null {
  if (dockerfile === null || dockerfile.text.length > MAX_SOURCE) return null;
  const ignored = ignoreFile !== null && ignoreFile.text.length > MAX_SOURCE ? null : ignoreFile;
  return { file: dockerfile.file, dockerfile: dockerfile.text, target, ignoreFile: ignored };
}

function snapshotLayer(
  layer: LayerAnalysis,
  scan: LayerScan | undefined,
  numbers: PackageNumbers,
  wasted: readonly WastedFile[] = [],
): SnapshotLayer {
  return {
    diffId: layer.diffId,
    digest: layer.digest,
    mediaType: layer.mediaType,
    size: layer.size,
    compressedSize: layer.compressedSize,
    wastedBytes: layer.wastedBytes,
    origin: layer.origin,
    // Sources leave them out, too: what is stored must not depend on that.
    createdBy: publicHistory(layer.createdBy),
    instruction: publicInstruction(layer.instruction),
    ...layerContents(layer, scan, numbers, wasted),
    ...(layer.steps === undefined || scan === undefined ? {} : stepsOf(layer.steps, scan)),
  };
}

/** In the order of the files, as `layerContents` has them. */
function stepsOf(steps: readonly MergedStep[], { entries }: LayerScan): Pick<SnapshotLayer, 'steps'> {
  const found: { path: string; step: number }[] = [];
  let end = 0;
  for (const [step, { entryCount }] of steps.entries()) {
    const start = end;
    end += entryCount;
    for (let index = start; index < end; index += 1)
      if (entries.isFile(index)) found.push({ path: entries.pathOf(index), step });
  }
  found.sort((one, other) => compareBytes(one.path, other.path));
  return {
    steps: {
      made: steps.map(({ createdBy, instruction }) => ({
        createdBy: publicHistory(createdBy),
        instruction: publicInstruction(instruction),
      })),
      ofFiles: found.map(({ step }) => step),
    },
  };
}

function publicInstruction(instruction: LayerAnalysis['instruction']): LayerAnalysis['instruction'] {
  return instruction && { ...instruction, text: maskTextCredentials(instruction.text) };
}

function layerContents(
  { origin }: LayerAnalysis,
  scan: LayerScan | undefined,
  numbers: PackageNumbers,
  wasted: readonly WastedFile[],
): Pick<SnapshotLayer, 'files' | 'contents' | 'hidden' | 'packages' | 'directories'> {
  const known = scan === undefined ? [] : knownFiles(scan, numbers);
  if (origin === 'base') {
    return { files: [], contents: [], hidden: [], ...coarseLayer(known.map(({ file }) => file)) };
  }
  known.sort((a, b) => compareBytes(a.file[0], b.file[0]));
  return {
    files: known.map(({ file }) => file),
    contents: scan === undefined || scan.contentKnown === 'none' ? [] : known.map(({ content }) => content),
    hidden: hiddenFiles(known, wasted),
    packages: [],
    directories: [],
  };
}

/** In the order of the files. */
function hiddenFiles(known: readonly KnownFile[], wasted: readonly WastedFile[]): HiddenFile[] {
  if (wasted.length === 0) return [];
  // Of a path that a layer has twice, the later copy is what the image shows.
  const removals = new Map(
    wasted.filter(({ reason }) => reason !== 'duplicate-entry').map(file => [file.path, file]),
  );
  return known.flatMap(({ file: [path] }, index): HiddenFile[] => {
    const removal = removals.get(path);
    return removal === undefined ? [] : [[index, removal.hiddenBy, removal.reason]];
  });
}

interface KnownFile {
  readonly file: SnapshotFile;
  readonly content: StoredContent | null;
}

/** A path that the layer has twice is one file, whose content is none of the two. */
function knownFiles({ entries }: LayerScan, numbers: PackageNumbers): KnownFile[] {
  const contentOf = storedContents(entries);
  const known = new Map<string, { bytes: number; content: StoredContent | null }>();
  for (let index = 0; index < entries.length; index += 1) {
    if (!entries.isFile(index)) continue;
    const path = entries.pathOf(index);
    const before = known.get(path);
    if (before === undefined) known.set(path, { bytes: entries.sizeOf(index), content: contentOf(index) });
    else {
      before.bytes += entries.sizeOf(index);
      before.content = null;
    }
  }
  return Array.from(known, ([path, { bytes, content }]): KnownFile => {
    const owner = numbers.ownerOf(path);
    return { file: owner === undefined ? [path, bytes] : [path, bytes, owner], content };
  });
}

/** Of more, the smallest are left out and their files belong to no package. Debian as a whole has 60,000. */
const MAX_PACKAGES = 20_000;

/** The packages of an image as a snapshot lists them, and which of them owns a path. */
class PackageNumbers {
  /** Largest first; copies of one version are one. */
  readonly packages: readonly SnapshotPackage[];
  readonly #installed: InstalledPackages;
  readonly #numbers = new Map<InstalledPackage, number>();

  constructor(installed: InstalledPackages) {
    this.#installed = installed;
    const packages: SnapshotPackage[] = [];
    const known = new Map<string, number>();
    for (const found of installed.packages) {
      const { type, name, version, architecture } = found;
      const listed: SnapshotPackage = [type, name, version, architecture];
      const key = JSON.stringify(listed);
      let number = known.get(key);
      if (number === undefined) {
        if (packages.length === MAX_PACKAGES) continue;
        number = packages.push(listed) - 1;
        known.set(key, number);
      }
      this.#numbers.set(found, number);
    }
    this.packages = packages;
  }

  /** Index into `packages`; undefined when the path belongs to none of them. */
  ownerOf(path: string): number | undefined {
    const owner = this.#installed.ownerOf(path);
    return owner === null ? undefined : this.#numbers.get(owner);
  }
}
