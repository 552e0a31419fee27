import { analyzeImage } from '../analysis/analyze-image.ts';
import { detectBase } from '../analysis/base-layers.ts';
import type { ImageAnalysis } from '../analysis/image-analysis.ts';
import { DeadweightError } from '../base/errors.ts';
import type { Packing } from '../base/packing.ts';
import { formatPlatform, type Platform } from '../base/platform.ts';
import { printable } from '../base/untrusted-text.ts';
import type { Image, Layer } from '../image/image.ts';
import { parseImageReference } from '../image/open-image.ts';
import type { ImageTarget } from '../image/targets/image-target.ts';
import { assertHolds, openTarget, type TargetReference } from '../image/targets/open-target.ts';
import type { DockerName } from '../oci/docker-name.ts';
import { droppedParts } from '../report/report-squashed.ts';
import { SQUASH_REPORT_VERSION, type SquashedPlatform, type SquashReport } from '../report/squash-report.ts';
import { chooseRanges, type WantedLayers } from '../squash/layer-ranges.ts';
import { MeasuringTarget } from '../squash/measuring-target.ts';
import { adviseSquash } from '../squash/squash-advice.ts';
import {
  findOldParts,
  type OldParts,
  type PlannedRange,
  planSquash,
  type SquashedImage,
  squashImage,
} from '../squash/squash-image.ts';
import type { Environment } from './environment.ts';
import { commitImages, withPlatforms } from './image-copy.ts';
import { VERSION } from './version.ts';
import { withImage } from './weigh/weigh.ts';

export interface SquashCommand {
  readonly reference: string;
  /** null: all that the reference names. */
  readonly platform: Platform | null;
  readonly wanted: WantedLayers;
  /** Image whose layers are left alone: those above it are merged. */
  readonly above: string | null;
  /** Images that share layers with this one. */
  readonly beside: readonly string[];
  readonly packing: Packing | null;
  /** null where only what would become of it is asked for. */
  readonly target: TargetReference | null;
  readonly dryRun: boolean;
}

/** One platform, and what becomes of it. */
interface Plan {
  readonly image: Image;
  readonly analysis: ImageAnalysis;
  readonly ranges: readonly PlannedRange[];
  /** Whether they go is known when all platforms are planned. */
  readonly oldParts: OldParts;
  /** Of its platform. */
  readonly neighbours: readonly Neighbour[];
}

/** An image whose layers may be in this one, too. */
interface Neighbour {
  readonly name: string;
  readonly layers: readonly Layer[];
}

/**
 * Merges layers of an image that exists, and writes it elsewhere. Of several platforms each is merged.
 * @throws DeadweightError `usage`, and what opening, reading and writing throws
 */
export async function squash(command: SquashCommand, environment: Environment): Promise<SquashReport> {
  const { reference, platform } = command;
  return await withPlatforms(reference, platform, environment, async images => {
    if (command.target !== null) assertHolds(command.target, images);
    const plans: Plan[] = [];
    for (const image of images) plans.push(await planImage(image, command, environment));
    const isEmpty = plans.every(({ ranges }) => ranges.length === 0);
    const written =
      command.target === null || isEmpty ? null : await write(plans, command, command.target, environment);
    return {
      schemaVersion: SQUASH_REPORT_VERSION,
      tool: { name: 'deadweight', version: VERSION },
      image: command.reference,
      platforms: plans.map((plan, index) => describe(plan, written?.images[index] ?? null, isEmpty)),
      advice: command.wanted.kind === 'own' && command.above === null ? adviceOf(plans) : null,
      output: written?.output ?? null,
      notices: images.flatMap(({ notices }) => notices),
    };
  });
}

async function planImage(image: Image, command: SquashCommand, environment: Environment): Promise<Plan> {
  const { wanted, reference } = command;
  const { scanStore, progress } = environment;
  const { above, all: neighbours } = await readNeighbours(command, image.platform, environment);
  const base =
    above &&
    detectBase(
      image.layers,
      above.layers.map(({ diffId }) => diffId),
    );
  if (above !== null && base === null) throw notBelow(reference, above.name);
  const found = chooseRanges(wanted, image.layers.length, base);
  const scanned = await image.scan({ content: 'cheap', store: scanStore, progress });
  const scans = scanned.filter(scan => scan !== null);
  const analysis = await progress.show({ label: `Analyzing ${image.reference}` }, async () =>
    analyzeImage(image, scans, null),
  );
  const ranges = planSquash(image, scans, found);
  return { image, analysis, ranges, oldParts: await findOldParts(image, ranges), neighbours };
}

async function readNeighbours(
  { above, beside }: SquashCommand,
  platform: Platform,
  environment: Environment,
): Promise<{ readonly above: Neighbour | null; readonly all: readonly Neighbour[] }> {
  const read = (name: string) =>
    withImage(name, platform, environment, async ({ layers }) => ({ name, layers }));
  const others: Neighbour[] = [];
  for (const name of beside) others.push(await read(name));
  const base = above === null ? null : await read(above);
  return { above: base, all: base === null ? others : [base, ...others] };
}

interface Written {
  readonly images: readonly SquashedImage[];
  readonly output: SquashReport['output'];
}

async function write(
  plans: readonly Plan[],
  command: SquashCommand,
  reference: TargetReference,
  environment: Environment,
): Promise<Written> {
  const { dryRun } = command;
  const target = await openTarget(reference, environment);
  try {
    const into = dryRun ? new MeasuringTarget(target) : target;
    const images: SquashedImage[] = [];
    for (const plan of plans) images.push(await writeImage(plan, command, into, environment));
    return {
      images,
      output: dryRun
        ? null
        : { target: target.reference, digest: await commitImages(images, target, environment) },
    };
  } finally {
    await target.close();
  }
}

async function writeImage(
  { image, analysis, ranges }: Plan,
  { packing, reference }: SquashCommand,
  target: ImageTarget,
  { progress }: Environment,
): Promise<SquashedImage> {
  const total = ranges.reduce((sum, { merge }) => sum + merge.size, 0);
  const request = { image, scans: analysis.scans, ranges, packing, origin: repositoryOf(reference) };
  return await progress.show({ label: `Writing ${target.reference}`, total, isEstimate: true }, count =>
    squashImage({ ...request, count }, target),
  );
}

/** The repository of a registry that has the image; null where none does. */
function repositoryOf(reference: string): DockerName | null {
  const found = parseImageReference(reference);
  return found.transport === 'docker' && 'name' in found && typeof found.name !== 'string'
    ? found.name
    : null;
}

function describe(
  { image, analysis, ranges, oldParts, neighbours }: Plan,
  written: SquashedImage | null,
  isEmpty: boolean,
): SquashedPlatform {
  const { layers } = analysis;
  const sizes = layers.map(({ size }) => size);
  const merged = (index: number) => ranges.find(({ first, last }) => first <= index && index <= last);
  const sizesAfter = layers.flatMap(({ size, index }) => {
    const range = merged(index);
    return range === undefined ? [size] : range.first === index ? [range.merge.size] : [];
  });
  const total = (numbers: readonly number[]) => numbers.reduce((sum, size) => sum + size, 0);
  const packedSize = (first: number) =>
    written?.layers.find(({ range, packing }) => range.first === first && packing !== 'none')?.size ?? null;
  return {
    platform: formatPlatform(image.platform),
    imageId: written?.config.digest ?? null,
    digest: written?.manifest.digest ?? null,
    before: {
      layerCount: layers.length,
      size: total(sizes),
      compressedSize: analysis.compressedSize,
      largestLayer: Math.max(0, ...sizes),
    },
    after: {
      layerCount: sizesAfter.length,
      size: total(sizesAfter),
      compressedSize:
        written === null || isUnpacked(analysis, written)
          ? null
          : total(written.layers.map(({ size }) => size)),
      largestLayer: Math.max(0, ...sizesAfter),
    },
    ranges: ranges.map(({ first, last, merge }) => ({
      first,
      last,
      size: merge.size,
      compressedSize: packedSize(first),
      saving: { bytes: total(sizes.slice(first, last + 1)) - merge.size },
    })),
    shared: neighbours.flatMap(({ name, layers: others }) => {
      const known = new Set(others.map(({ diffId }) => diffId));
      const lost = layers.filter(({ index, diffId }) => merged(index) !== undefined && known.has(diffId));
      const size = total(lost.map(each => each.size));
      return lost.length === 0 ? [] : [{ image: name, layerCount: lost.length, size }];
    }),
    dropped: droppedParts({
      inlineCache: oldParts.inlineCache && ranges.length > 0,
      // They lie in the index, which is written anew for all platforms.
      attestations: oldParts.attestations && !isEmpty,
      annotations: oldParts.annotations,
    }),
  };
}

/** Whether tars were written that no registry has so: whoever gets them packs them. */
function isUnpacked({ compressedSize }: ImageAnalysis, { layers }: SquashedImage): boolean {
  return compressedSize === null && layers.some(({ packing }) => packing === 'none');
}

function adviceOf([plan]: readonly Plan[]): SquashReport['advice'] {
  const advice = plan && adviseSquash(plan.analysis, { fixed: [], limit: null });
  return (advice?.ranges ?? []).map(({ first, last, size, freed }) => ({
    first,
    last,
    size,
    saving: { bytes: freed },
  }));
}

function notBelow(reference: string, above: string): DeadweightError {
  return new DeadweightError('usage', {
    message: `${printable(reference)} is not built on ${printable(above)}: its first layers differ.`,
    remedy: 'Name the image that its FROM names, in the version that it was built on, or give --layers A..B.',
  });
}
