import { resolve } from 'node:path';
import { StackedScans } from '../analysis/stacked-scans.ts';
import { DeadweightError, systemReason } from '../base/errors.ts';
import { readInputFile } from '../base/input-file.ts';
import type { Notice } from '../base/notice.ts';
import { formatPlatform, type Platform } from '../base/platform.ts';
import { printable } from '../base/untrusted-text.ts';
import { analysisOfSnapshot } from '../compare/analysis-of-snapshot.ts';
import { MAX_SNAPSHOT, parseSnapshot } from '../compare/parse-snapshot.ts';
import type { Snapshot } from '../compare/snapshot.ts';
import { createSnapshot } from '../compare/snapshot-of.ts';
import { type Exploration, exploreInventory, exploreReport } from '../explore/exploration.ts';
import type { Image } from '../image/image.ts';
import { ComparedInventory } from '../inventory/compared-inventory.ts';
import { ScannedInventory } from '../inventory/image-inventory.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { parseReport } from '../report/json.ts';
import type { Report } from '../report/report.ts';
import type { Settings } from './config/settings.ts';
import { namesSnapshot, withComparedImages } from './diff-pipeline.ts';
import type { Environment } from './environment.ts';
import { type ExaminedImage, examineAnalysis, examineOpened } from './weigh/examine.ts';
import { inspectedImageName, reportKey } from './weigh/image-name.ts';
import { buildReport, LOCAL_ORIGIN, type ReportedImage } from './weigh/image-report.ts';
import { originsOn, readBaseImage } from './weigh/named-base.ts';
import { withImage } from './weigh/weigh.ts';

export interface ExploreRequest {
  /** Images as the command line takes them, or paths of snapshots and reports. */
  readonly head: string;
  /** null where nothing is compared. */
  readonly baseline: string | null;
  readonly platform: Platform | null;
  /** The image that FROM names; null where nothing tells base layers from own layers. */
  readonly base: string | null;
}

/** What was weighed. */
export interface WeighedImages {
  readonly title: string;
  readonly report: Report;
  /** Lists all files: takes a while where there are many. */
  readonly list: () => Exploration;
  /** null where there is only a report or a snapshot. */
  readonly image: Image | null;
}

/** Shows what was weighed, for as long as the image is open. */
type ShowImages = (weighed: WeighedImages) => Promise<void>;

/**
 * Weighs what is to be explored, and shows it.
 * @throws DeadweightError as `inspect` and `diff` do
 */
export async function exploreImages(
  request: ExploreRequest,
  settings: Settings,
  environment: Environment,
  show: ShowImages,
): Promise<void> {
  const { head, baseline, platform, base } = request;
  if (base !== null && (baseline !== null || namesSnapshot(head, environment.cwd))) throw baseOfOthers();
  if (baseline !== null) {
    const compared = { baseline, head, options: { platform } };
    await withComparedImages(compared, settings, environment, (reported, image) =>
      show(weighed(reported, `${baseline} → ${head}`, image)),
    );
    return;
  }
  if (namesSnapshot(head, environment.cwd)) {
    await show(readWeighed(head, settings, environment));
    return;
  }
  const baseImage = base === null ? null : await readBaseImage(base, platform, environment);
  await withImage(head, platform, environment, async image => {
    const { origins, notices } = originsOn(image, baseImage, head);
    const wanted = { origins: () => origins, verify: false, making: null, decisions: settings.decisions };
    const stacks: StackedScans[] = [];
    const stack = (scans: readonly LayerScan[]): StackedScans => {
      const stacked = new StackedScans(scans);
      stacks.push(stacked);
      return stacked;
    };
    const examined = await examineOpened(image, wanted, { ...environment, stack });
    const { analysis } = examined;
    const snapshot = () => createSnapshot(analysis, null);
    const { report } = reportAlone(head, examined, snapshot, settings, environment, notices);
    // The paths are those that were weighed: to list them again takes a fifth of the time to the first screen.
    const inventory = () => ({ head: new ScannedInventory(analysis, stacks[0]?.paths), baseline: null });
    await show(weighed({ report, inventory }, report.title, image));
  });
}

function weighed(
  { report, inventory }: Pick<ReportedImage, 'report' | 'inventory'>,
  title: string,
  image: Image | null,
): WeighedImages {
  const list = (): Exploration => {
    const { head, baseline } = inventory();
    return exploreInventory({
      title,
      report,
      image: head,
      compared: baseline && new ComparedInventory({ head, baseline }),
      listed: image === null ? 'snapshot' : 'all',
      canExtract: image !== null,
    });
  };
  return { title, report, list, image };
}

function reportAlone(
  reference: string,
  image: ExaminedImage,
  snapshot: () => Snapshot,
  settings: Settings,
  { secrets, clock }: Environment,
  notices: readonly Notice[] = [],
): ReportedImage {
  const name = inspectedImageName(reference, settings.title);
  const { analysis } = image;
  return buildReport({
    image,
    snapshot,
    settings,
    secrets,
    build: null,
    fixable: null,
    openable: null,
    notices,
    compared: null,
    dockerfile: null,
    origin: LOCAL_ORIGIN,
    title: name.title,
    key: reportKey(name, null, formatPlatform(analysis.platform)),
    now: clock.now(),
  });
}

/** A report that was written as JSON, or a snapshot. */
function readWeighed(name: string, settings: Settings, environment: Environment): WeighedImages {
  const text = readText(name, environment.cwd);
  if (isReport(text)) {
    const report = environment.secrets.report(parseReport(text));
    return { title: report.title, report, list: () => exploreReport(report), image: null };
  }
  const snapshot = parseSnapshot(text, name);
  const image = examineAnalysis(analysisOfSnapshot(snapshot), settings.decisions);
  const reported = reportAlone(name, image, () => snapshot, settings, environment);
  return weighed(reported, name, null);
}

function baseOfOthers(): DeadweightError {
  return new DeadweightError('usage', {
    message:
      '--base tells the base layers of one image: of two images, a snapshot or a report it is not asked.',
    remedy: 'Give one image, or no --base.',
  });
}

/** Both have a version; a report has findings. What is neither is told by who reads snapshots. */
function isReport(text: string): boolean {
  return /"findings"\s*:\s*\[/.test(text) && /"generatedAt"\s*:/.test(text);
}

function readText(name: string, cwd: string): string {
  try {
    return readInputFile(resolve(cwd, name), { maxBytes: MAX_SNAPSHOT }).toString('utf8');
  } catch (error) {
    throw new DeadweightError('input-missing', {
      message: `${printable(name)} cannot be read: ${systemReason(error)}.`,
      remedy: 'Give an image, or a JSON report or a snapshot that deadweight wrote.',
      cause: error,
    });
  }
}
