import { rm } from 'node:fs/promises';
import type { BuildInputs } from '../build/build-inputs.ts';
import { cacheBreak } from '../build/cache-break.ts';
import type { BuildMetadata, BuildResult } from '../build/run-build.ts';
import { snapshotOf } from '../compare/snapshot-of.ts';
import { builtImageKey } from './baseline-key.ts';
import { findBases, planBaseline } from './baseline-plan.ts';
import type { BaselineRequest } from './baseline-request.ts';
import type { BaselineHead } from './baseline-source.ts';
import { storeSnapshots } from './baseline-store.ts';
import type { BuildDisplay } from './build-display.ts';
import { buildAndWeigh, layoutFolder } from './build-side.ts';
import { comparingWith, explanationOf } from './comparing.ts';
import type { Environment } from './environment.ts';
import { imageNameOf } from './image-name.ts';
import { type Provenance, provenanceContext } from './provenance.ts';
import type { ResolvedSettings } from './request.ts';
import { reportKey, type Weighed, weighed } from './weighed.ts';

export interface BuildPipeline {
  readonly inputs: BuildInputs;
  readonly settings: ResolvedSettings;
  /** Where the base comes from; null compares with nothing. */
  readonly baseline: BaselineRequest | null;
  /** Whether the Actions cache keeps what the head weighs, for later runs to compare with. */
  readonly seeds: boolean;
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
  // FROM is held to what the head resolved it to, so that a moved tag shows on neither side.
  const baseOptions = { pins: head.build.pins, attestation: null, title: 'Build the base' };
  const source = plan?.({ inputs, options: baseOptions, display });
  const found = source && (await findBases(source, heads, environment.log));
  const unkept = pipeline.seeds ? await storeSnapshots(heads, commit, environment.snapshotCache) : [];

  const images = head.images.map((examined, index) => {
    const { analysis } = examined;
    const snapshot = heads[index]?.snapshot ?? snapshotOf(analysis, commit);
    const { title, key } = imageNameOf(inputs, settings.title, environment.cwd);
    const base = found?.bases[index] ?? null;
    return weighed({
      ...{ examined, settings, snapshot: () => snapshot },
      comparing: comparingWith(base, snapshot),
      build: buildReport(head.build, found?.build ?? null),
      title,
      key: reportKey(key, inputs.target || null, analysis.platform),
      context: { ...provenanceContext(provenance), base: explanationOf(base) },
      notices: [...head.build.notices, ...(base?.notices ?? []), ...unkept],
      now: environment.clock.now(),
    });
  });
  return { images, metadata: head.build.metadata };
}

function buildReport(head: BuildResult, base: BuildResult | null): Parameters<typeof weighed>[0]['build'] {
  const { steps, warnings, durationMs } = head;
  return { steps, warnings, durationMs, cacheBreak: cacheBreak(head, base) };
}
