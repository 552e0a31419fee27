import { resolve } from 'node:path';
import { readFirstBytes } from '../base/input-file.ts';
import { formatPlatform, type Platform } from '../base/platform.ts';
import { readSnapshotFile } from '../baseline/sources/snapshot-file.ts';
import { analysisOfSnapshot } from '../compare/analysis-of-snapshot.ts';
import { compareSnapshots } from '../compare/compare-snapshots.ts';
import { createSnapshot } from '../compare/snapshot-of.ts';
import type { Decisions } from '../findings/decisions/ignored-findings.ts';
import type { Image } from '../image/image.ts';
import type { OptionValues } from './config/options.ts';
import type { Settings } from './config/settings.ts';
import type { Environment } from './environment.ts';
import { type ExaminedImage, examineAnalysis, examineOpened } from './weigh/examine.ts';
import { inspectedImageName, reportKey } from './weigh/image-name.ts';
import { buildReport, LOCAL_ORIGIN, type ReportedImage } from './weigh/image-report.ts';
import { type LearnedImage, learnContents, learnedSnapshot } from './weigh/learn-contents.ts';
import { readContents, type WeighContext, withImage } from './weigh/weigh.ts';

export interface DiffRequest {
  /** Images as the command line takes them, or paths of snapshots. */
  readonly baseline: string;
  readonly head: string;
  readonly options: Pick<OptionValues, 'platform'>;
}

/** Compares two images, or two snapshots, or one of each. */
export function diffImages(
  request: DiffRequest,
  settings: Settings,
  environment: Environment,
): Promise<ReportedImage> {
  return withComparedImages(request, settings, environment, async reported => reported);
}

/**
 * Compares as `diffImages` does. Both images stay open for as long as `body` runs.
 * @param body takes the head, too; null where it is a snapshot
 */
export async function withComparedImages<T>(
  request: DiffRequest,
  settings: Settings,
  environment: Environment,
  body: (reported: ReportedImage, head: Image | null) => Promise<T>,
): Promise<T> {
  const { platform } = request.options;
  const { decisions } = settings;
  return withOperand(request.baseline, platform, decisions, environment, baseline =>
    withOperand(request.head, platform, decisions, environment, async head => {
      const { image } = head;
      const scans = await learnContents(baseline, head, environment.scanStore, false);
      const snapshot =
        head.readContents === null
          ? head.snapshot
          : learnedSnapshot(head.snapshot, image.analysis, scans.head);
      const comparison = compareSnapshots(baseline.snapshot, snapshot, scans);
      const name = inspectedImageName(request.head, settings.title);
      const reported = buildReport({
        image,
        settings,
        notices: [],
        build: null,
        dockerfile: null,
        fixable: null,
        openable: head.readContents && { reference: image.analysis.reference, platform },
        snapshot: () => snapshot,
        origin: LOCAL_ORIGIN,
        compared: {
          comparison,
          explanation: null,
          baseline: baseline.snapshot,
          scans,
        },
        title: name.title,
        key: reportKey(name, null, formatPlatform(image.analysis.platform)),
        secrets: environment.secrets,
        now: environment.clock.now(),
      });
      return body(reported, head.opened);
    }),
  );
}

/** One of the two that are compared, and what is known of it. */
interface Operand extends LearnedImage {
  readonly image: ExaminedImage;
  /** null of a snapshot. */
  readonly opened: Image | null;
}

/** A name that is no image's, or a file with an object of JSON. */
export function namesSnapshot(name: string, cwd: string): boolean {
  return name.endsWith('.json') || readFirstBytes(resolve(cwd, name), 1)?.toString('latin1') === '{';
}

/** An image is looked into, and stays open for as long as `body` runs; a snapshot has what one weighed. */
async function withOperand<T>(
  name: string,
  platform: Platform | null,
  decisions: Decisions,
  context: WeighContext & { readonly cwd: string },
  body: (operand: Operand) => Promise<T>,
): Promise<T> {
  if (namesSnapshot(name, context.cwd)) {
    const snapshot = await readSnapshotFile(name, context.cwd);
    const image = examineAnalysis(analysisOfSnapshot(snapshot), decisions);
    return body({ snapshot, image, opened: null, scans: [], readContents: null });
  }
  return withImage(name, platform, context, async opened => {
    const wanted = { origins: () => null, verify: false, making: null, decisions };
    const image = await examineOpened(opened, wanted, context);
    return body({
      snapshot: createSnapshot(image.analysis, null),
      image,
      opened,
      scans: image.analysis.scans,
      readContents: files => readContents(opened, files, context.progress),
    });
  });
}
