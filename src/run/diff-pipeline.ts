import { formatPlatform, type Platform } from '../base/platform.ts';
import { readSnapshotFile } from '../baseline/sources/snapshot-file.ts';
import { analysisOfSnapshot } from '../compare/analysis-of-snapshot.ts';
import { compareSnapshots } from '../compare/compare-snapshots.ts';
import type { Snapshot } from '../compare/snapshot.ts';
import { createSnapshot } from '../compare/snapshot-of.ts';
import type { OptionValues } from './config/options.ts';
import type { Settings } from './config/settings.ts';
import type { Environment } from './environment.ts';
import { type ExaminedImage, examineAnalysis, examineImage } from './weigh/examine.ts';
import { inspectedImageName, reportKey } from './weigh/image-name.ts';
import { buildReport, LOCAL_ORIGIN, type ReportedImage } from './weigh/image-report.ts';
import type { WeighContext } from './weigh/weigh.ts';

export interface DiffRequest {
  /** Images as the command line takes them, or paths of snapshots. */
  readonly baseline: string;
  readonly head: string;
  readonly options: Pick<OptionValues, 'platform'>;
}

/** Compares two images, or two snapshots, or one of each. */
export async function diffImages(
  request: DiffRequest,
  settings: Settings,
  environment: Environment,
): Promise<ReportedImage> {
  const { head, options } = request;
  const baseline = await readSide(request.baseline, options.platform, environment);
  const { image, snapshot } = await readSide(head, options.platform, environment);
  const name = inspectedImageName(head, settings.title);
  const scans = { baseline: baseline.image.analysis.scans, head: image.analysis.scans };
  const comparison = compareSnapshots(baseline.snapshot, snapshot, scans);
  return buildReport({
    image,
    settings,
    notices: [],
    build: null,
    fixable: null,
    snapshot: () => snapshot,
    origin: LOCAL_ORIGIN,
    compared: { comparison, explanation: null },
    title: name.title,
    key: reportKey(name, null, formatPlatform(image.analysis.platform)),
    now: environment.clock.now(),
  });
}

interface Side {
  readonly snapshot: Snapshot;
  readonly image: ExaminedImage;
}

/** One side of the difference: an image is looked into, a snapshot has what one weighed. */
async function readSide(
  name: string,
  platform: Platform | null,
  context: WeighContext & { readonly cwd: string },
): Promise<Side> {
  // A name that is no image's.
  if (name.endsWith('.json')) {
    const snapshot = await readSnapshotFile(name, context.cwd);
    return { snapshot, image: examineAnalysis(analysisOfSnapshot(snapshot)) };
  }
  const wanted = { reference: name, platform, origins: () => null, verify: false, making: null };
  const image = await examineImage(wanted, context);
  return { snapshot: createSnapshot(image.analysis, null), image };
}
