import { rm } from 'node:fs/promises';
import type { ImageAnalysis } from '../analysis/image-analysis.ts';
import { formatPlatform } from '../base/platform.ts';
import type { BuildInputs } from '../build/build-inputs.ts';
import type { BuildMetadata, BuildResult } from '../build/build-result.ts';
import { cacheBreak } from '../build/cache-break.ts';
import type { BuiltLayer } from '../build/changed-files.ts';
import { snapshotOf } from '../compare/snapshot-of.ts';
import type { FixableFiles } from '../findings/fix/fixable-files.ts';
import { builtImageKey } from './baseline/baseline-key.ts';
import { findBases, planBaseline } from './baseline/baseline-plan.ts';
import type { BaselineRequest } from './baseline/baseline-request.ts';
import type { BaselineHead, FoundBases } from './baseline/baseline-source.ts';
import { storeSnapshots } from './baseline/baseline-store.ts';
import { comparingWith, explanationOf } from './baseline/comparing.ts';
import type { ResolvedSettings } from './config/request.ts';
import type { Environment } from './environment.ts';
import { shownDockerfileFiles } from './fix/dockerfile-files.ts';
import { proveFixes } from './fix/proof.ts';
import { provenImage, withoutEdits } from './fix/proven-image.ts';
import type { BuildDisplay } from './weigh/build-display.ts';
import { type BuiltSide, buildAndWeigh, layoutFolder } from './weigh/build-side.ts';
import type { ExaminedImage } from './weigh/examine.ts';
import { imageNameOf } from './weigh/image-name.ts';
import { type Provenance, provenanceContext } from './weigh/provenance.ts';
import { reportKey, type Weighed, weighed } from './weigh/weighed.ts';

/** How far fixes go: words only, edits of the Dockerfile, or edits that are built, to see what they save. */
export type FixMode = 'off' | 'predict' | 'prove';

export interface BuildPipeline {
  readonly inputs: BuildInputs;
  readonly settings: ResolvedSettings;
  /** Where the base comes from; null compares with nothing. */
  readonly baseline: BaselineRequest | null;
  /** Whether the Actions cache keeps what the head weighs, for later runs to compare with. */
  readonly seeds: boolean;
  readonly fixes: FixMode;
  readonly provenance: Provenance;
  readonly display: BuildDisplay;
}

export interface BuildOutcome {
  /** One a platform. */
  readonly images: readonly Weighed[];
  /** null when nothing was built. */
  readonly metadata: BuildMetadata | null;
}

/** Config → BuildPlan → BuildKit → Image → LayerScan[] → ImageAnalysis → Comparison → Report: the whole flow. */
export async function weighBuild(pipeline: BuildPipeline, environment: Environment): Promise<BuildOutcome> {
  try {
    return await weighSides(pipeline, environment);
  } finally {
    // Both sides are in it, which may be gigabytes that later steps of a job want.
    await rm(layoutFolder(environment), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function weighSides(pipeline: BuildPipeline, environment: Environment): Promise<BuildOutcome> {
  const { inputs, settings, provenance, display } = pipeline;
  const plan = pipeline.baseline && (await planBaseline(pipeline.baseline, environment));

  const { attestation, commit } = provenance;
  const options = { cwd: environment.cwd, pins: {}, attestation, title: 'Build', examines: true };
  const head = await buildAndWeigh(inputs, options, display, environment);
  const heads = head.images.map(({ analysis }): BaselineHead => {
    const key = builtImageKey(inputs, settings.title, environment.cwd, analysis);
    return { analysis, snapshot: snapshotOf(analysis, commit), key };
  });
  // Before the base is built: an OCI layout has the image that was built last.
  const fixable = await shownDockerfileFiles(inputs, head.build, environment.cwd);
  const examined = await withFixes(head, fixable, pipeline, environment);
  // FROM is held to what the head resolved it to, so that a moved tag shows on neither side.
  const baseOptions = { pins: head.build.pins, attestation: null, title: 'Build the base' };
  const source = plan?.({ inputs, options: baseOptions, display });
  const found = source && (await findBases(source, heads, environment.log));
  const unkept = pipeline.seeds ? await storeSnapshots(heads, commit, environment.snapshotCache) : [];

  const images = examined.map((image, index) => {
    const { analysis } = image;
    const snapshot = heads[index]?.snapshot ?? snapshotOf(analysis, commit);
    const { title, key } = imageNameOf(inputs, settings.title, environment.cwd);
    const base = found?.bases[index] ?? null;
    return weighed({
      ...{ examined: image, settings, snapshot: () => snapshot },
      comparing: comparingWith(base, snapshot),
      fixable,
      build: buildReport(head.build, analysis, found),
      title,
      key: reportKey(key, inputs.target || null, analysis.platform),
      context: { ...provenanceContext(provenance), base: explanationOf(base) },
      notices: [...head.build.notices, ...(base?.notices ?? []), ...unkept],
      now: environment.clock.now(),
    });
  });
  return { images, metadata: head.build.metadata };
}

function buildReport(
  head: BuildResult,
  analysis: ImageAnalysis,
  found: FoundBases | null | undefined,
): Parameters<typeof weighed>[0]['build'] {
  const { steps, warnings, durationMs } = head;
  const platform = formatPlatform(analysis.platform);
  const base = found?.images?.find(each => formatPlatform(each.platform) === platform);
  const layers = base ? { head: layersOf(analysis), baseline: layersOf(base) } : null;
  return { steps, warnings, durationMs, cacheBreak: cacheBreak(head, found?.build ?? null, layers) };
}

function layersOf({ layers, scans }: ImageAnalysis): readonly BuiltLayer[] {
  return layers.map(({ instruction }, index) => ({ instruction, entries: scans[index]?.entries ?? [] }));
}

/** Of a build for several platforms nothing is proven: its fixes are the same for each, and stay predictions. */
async function withFixes(
  side: BuiltSide,
  files: FixableFiles | null,
  { inputs, display, fixes: mode }: BuildPipeline,
  environment: Environment,
): Promise<readonly ExaminedImage[]> {
  if (mode === 'off') return side.images.map(withoutEdits);
  if (mode === 'predict') return side.images;
  const [image, ...others] = side.images;
  if (image === undefined || others.length > 0 || image.fixes.length === 0) return side.images;
  if (files === null) return side.images;
  const fixes = image.fixes.map(({ fix }) => fix);
  const request = { inputs, side, analysis: image.analysis, files, fixes, display };
  return [provenImage(image, await proveFixes(request, environment))];
}
