import { detectBase } from '../analysis/base-detection.ts';
import type { DiffId } from '../base/digest.ts';
import type { Notice } from '../base/notice.ts';
import { type Platform, parsePlatform } from '../base/platform.ts';
import { analysisOfSnapshot } from '../compare/analysis-of-snapshot.ts';
import { compareSnapshots } from '../compare/compare-snapshots.ts';
import type { Snapshot } from '../compare/snapshot.ts';
import { snapshotOf } from '../compare/snapshot-of.ts';
import type { ImageOrigins, LayerOrigin } from '../dockerfile/layer-origin.ts';
import type { Image } from '../image/image.ts';
import { inspectedImageKey } from './baseline/baseline-key.ts';
import { findBases, planBaseline } from './baseline/baseline-plan.ts';
import type { BaselineRequest } from './baseline/baseline-request.ts';
import { storeSnapshots } from './baseline/baseline-store.ts';
import { comparingWith, explanationOf } from './baseline/comparing.ts';
import { readSnapshotFile } from './baseline/snapshot-file.ts';
import type { DiffRequest, InspectRequest, ResolvedSettings } from './config/request.ts';
import type { Environment } from './environment.ts';
import {
  bareExamination,
  type ExaminedImage,
  examinedAnalysis,
  examineImage,
  weighedAlone,
} from './weigh/examine.ts';
import { AT_A_TERMINAL, type Provenance, provenanceContext } from './weigh/provenance.ts';
import { withImage } from './weigh/weigh.ts';
import { reportKey, type Weighed, weighed } from './weigh/weighed.ts';

/** What a workflow knows of an image that it weighs, and a terminal does not. */
export interface InspectionContext {
  readonly provenance: Provenance;
  /** Where the base comes from; null compares with nothing. */
  readonly baseline: BaselineRequest | null;
  /** Whether the Actions cache keeps what the image weighs, for later runs to compare with. */
  readonly seeds: boolean;
}

const ALONE: InspectionContext = { provenance: AT_A_TERMINAL, baseline: null, seeds: false };

/** Weighs an image that exists. */
export async function inspectImage(
  request: InspectRequest,
  settings: ResolvedSettings,
  environment: Environment,
  { provenance, baseline, seeds }: InspectionContext = ALONE,
): Promise<Weighed> {
  const { reference, verify } = request;
  const plan = baseline && (await planBaseline(baseline, environment));
  const platform = platformOf(request);
  const below = request.base === null ? null : await baseBelow(request.base, platform, environment);
  let notices: readonly Notice[] = [];
  const origins = (image: Image): ImageOrigins | null => {
    const told = below && originsOn(image, below);
    if (below && !told) notices = [notBelow(reference, below.name)];
    return told;
  };
  const wanted = { reference, platform, origins, verify };
  const examined = request.finds
    ? await examineImage(bareExamination(wanted), environment)
    : await weighedAlone(wanted, environment);
  const { analysis } = examined;
  const needed = plan !== null || seeds;
  const key = inspectedImageKey(reference, settings.title, analysis.platform);
  const heads = needed ? [{ analysis, snapshot: snapshotOf(analysis, provenance.commit), key }] : [];
  const found = plan && (await findBases(plan(null), heads, environment.log));
  const unkept = seeds ? await storeSnapshots(heads, provenance.commit, environment.snapshotCache) : [];
  const [head] = heads;
  const base = found?.bases[0] ?? null;
  return weighed({
    ...{ examined, settings, build: null, fixable: null },
    notices: [...notices, ...(base?.notices ?? []), ...unkept],
    comparing: head ? comparingWith(base, head.snapshot) : null,
    context: { ...provenanceContext(provenance), base: explanationOf(base) },
    snapshot: () => head?.snapshot ?? snapshotOf(analysis, provenance.commit),
    title: settings.title ?? reference,
    key: reportKey(settings.title ?? reference, null, analysis.platform),
    now: environment.clock.now(),
  });
}

function platformOf({ settings }: InspectRequest | DiffRequest): Platform | null {
  return settings.platform === null ? null : parsePlatform(settings.platform);
}

interface BaseBelow {
  readonly name: string;
  readonly diffIds: readonly DiffId[];
}

async function baseBelow(
  name: string,
  platform: Platform | null,
  environment: Environment,
): Promise<BaseBelow> {
  return withImage(name, platform, environment, async image => ({
    name,
    diffIds: image.layers.map(({ diffId }) => diffId),
  }));
}

/** Base and own layers, told by the layers of the image that the user names as the base. */
function originsOn(image: Image, { name, diffIds }: BaseBelow): ImageOrigins | null {
  const count = detectBase(image.layers, diffIds);
  if (count === null) return null;
  const layers = image.layers.map(
    ({ index }): LayerOrigin => ({
      origin: index < count ? 'base' : 'own',
      ...{ instruction: null, cache: 'unknown', durationMs: null },
    }),
  );
  return { layers, baseLayerCount: count, baseName: name, baseDigest: null };
}

function notBelow(reference: string, base: string): Notice {
  return {
    code: 'base-not-below',
    message: `${reference} is not built on ${base}: its first layers are others. Every layer counts as its own.`,
  };
}

/** Compares two images, or two snapshots, or one of each. */
export async function diffImages(
  request: DiffRequest,
  settings: ResolvedSettings,
  environment: Environment,
): Promise<Weighed> {
  const base = await sideOf(request.base, request, environment);
  const head = await sideOf(request.head, request, environment);
  const { examined, snapshot } = head;
  const { analysis } = examined;
  return weighed({
    ...{ examined, settings, notices: [], build: null, fixable: null, snapshot: () => snapshot },
    context: { ...provenanceContext(AT_A_TERMINAL), base: null },
    comparing: { comparison: compareSnapshots(base.snapshot, snapshot) },
    title: settings.title ?? request.head,
    key: reportKey(settings.title ?? request.head, null, analysis.platform),
    now: environment.clock.now(),
  });
}

interface Side {
  readonly snapshot: Snapshot;
  readonly examined: ExaminedImage;
}

async function sideOf(name: string, request: DiffRequest, environment: Environment): Promise<Side> {
  // A name that is no image's.
  if (name.endsWith('.json')) {
    const snapshot = await readSnapshotFile(name, environment.cwd);
    return { snapshot, examined: examinedAnalysis(analysisOfSnapshot(snapshot)) };
  }
  const wanted = { reference: name, platform: platformOf(request), origins: () => null, verify: false };
  const examined = await examineImage(bareExamination(wanted), environment);
  return { snapshot: snapshotOf(examined.analysis, null), examined };
}
