import { rm } from 'node:fs/promises';
import { formatPlatform } from '../base/platform.ts';
import type { BaseRequest } from '../baseline/base-request.ts';
import type { BuildInputs } from '../build/build-inputs.ts';
import { cacheBreak } from '../build/cache-break.ts';
import type { BuildMetadata, BuildResult } from '../build/run-build.ts';
import { compareSnapshots } from '../compare/compare-snapshots.ts';
import type { Snapshot } from '../compare/snapshot.ts';
import { snapshotOf } from '../compare/snapshot-of.ts';
import { type BaseSide, buildBase, chooseBaseCommit } from './base-side.ts';
import type { BuildDisplay } from './build-display.ts';
import { buildAndWeigh, layoutFolder } from './build-side.ts';
import type { Environment } from './environment.ts';
import { imageNameOf } from './image-name.ts';
import { type Provenance, provenanceContext } from './provenance.ts';
import type { ResolvedSettings } from './request.ts';
import { type Comparing, reportKey, type Weighed, weighed } from './weighed.ts';

export interface BuildPipeline {
  readonly inputs: BuildInputs;
  readonly settings: ResolvedSettings;
  /** What tells the base; null compares with nothing. */
  readonly base: BaseRequest | null;
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
  const chosen = pipeline.base === null ? null : await chooseBaseCommit(pipeline.base, environment);

  const { attestation } = provenance;
  const options = { cwd: environment.cwd, pins: {}, attestation, title: 'Build' };
  const head = await buildAndWeigh(inputs, options, display, environment);
  const base = await baseOf();

  const images = head.analyses.map(analysis => {
    const { title, key } = imageNameOf(inputs, settings.title, environment.cwd);
    const snapshot = snapshotOf(analysis, provenance.commit);
    return weighed({
      ...{ analysis, settings, snapshot: () => snapshot },
      comparing: comparingWith(base, snapshot),
      build: buildReport(head.build, base),
      title,
      key: reportKey(key, inputs.target || null, analysis.platform),
      context: { ...provenanceContext(provenance), base: base?.side ? base.explanation : null },
      notices: [...head.build.notices, ...(base?.side ? base.notices : [])],
      now: environment.clock.now(),
    });
  });
  return { images, metadata: head.build.metadata };

  async function baseOf(): Promise<BaseSide | null> {
    if (chosen === null) return null;
    if ('absence' in chosen) return { side: null, absence: chosen.absence };
    // FROM is held to what the head resolved it to, so that a moved tag shows on neither side.
    const title = `Build the base ${chosen.commit.slice(0, 7)}`;
    const options = { pins: head.build.pins, attestation: null, title };
    return buildBase(chosen, { inputs, options, display }, environment);
  }
}

function comparingWith(base: BaseSide | null, head: Snapshot): Comparing {
  if (base === null) return null;
  if (base.side === null) return { absence: base.absence };
  const same = base.side.analyses.find(({ platform }) => formatPlatform(platform) === head.platform);
  if (same) return { comparison: compareSnapshots(snapshotOf(same, base.commit), head) };
  const message = `There is no comparison: the base was not built for ${head.platform}.`;
  return { absence: { code: 'base-lacks-platform', message } };
}

function buildReport(head: BuildResult, base: BaseSide | null): Parameters<typeof weighed>[0]['build'] {
  const { steps, warnings, durationMs } = head;
  return { steps, warnings, durationMs, cacheBreak: cacheBreak(head, base?.side?.build ?? null) };
}
