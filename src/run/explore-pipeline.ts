import { resolve } from 'node:path';
import { DeadweightError, systemReason } from '../base/errors.ts';
import { readInputFile } from '../base/input-file.ts';
import { formatPlatform, type Platform } from '../base/platform.ts';
import { printable } from '../base/untrusted-text.ts';
import { analysisOfSnapshot } from '../compare/analysis-of-snapshot.ts';
import { MAX_SNAPSHOT, parseSnapshot } from '../compare/parse-snapshot.ts';
import type { Snapshot } from '../compare/snapshot.ts';
import { createSnapshot } from '../compare/snapshot-of.ts';
import { type Exploration, exploreInventory, exploreReport } from '../explore/exploration.ts';
import type { Image } from '../image/image.ts';
import { ComparedInventory } from '../inventory/compared-inventory.ts';
import { parseReport } from '../report/json.ts';
import type { Settings } from './config/settings.ts';
import { namesSnapshot, withComparedImages } from './diff-pipeline.ts';
import type { Environment } from './environment.ts';
import { type ExaminedImage, examineAnalysis, examineOpened } from './weigh/examine.ts';
import { inspectedImageName, reportKey } from './weigh/image-name.ts';
import { buildReport, LOCAL_ORIGIN, type ReportedImage } from './weigh/image-report.ts';
import { withImage } from './weigh/weigh.ts';

export interface ExploreRequest {
  /** Images as the command line takes them, or paths of snapshots and reports. */
  readonly head: string;
  /** null where nothing is compared. */
  readonly baseline: string | null;
  readonly platform: Platform | null;
}

/** Shows what was weighed, for as long as the image is open. */
export type ShowExploration = (exploration: Exploration, image: Image | null) => Promise<void>;

/**
 * Weighs what is to be explored, and shows it.
 * @throws DeadweightError as `inspect` and `diff` do
 */
export async function exploreImages(
  request: ExploreRequest,
  settings: Settings,
  environment: Environment,
  show: ShowExploration,
): Promise<void> {
  const { head, baseline, platform } = request;
  if (baseline !== null) {
    const compared = { baseline, head, options: { platform } };
    await withComparedImages(compared, settings, environment, (reported, image) =>
      show(explorationOf(reported, `${baseline} → ${head}`, image), image),
    );
    return;
  }
  if (namesSnapshot(head, environment.cwd)) {
    await show(readExploration(head, settings, environment), null);
    return;
  }
  await withImage(head, platform, environment, async image => {
    const wanted = { origins: () => null, verify: false, making: null, decisions: settings.decisions };
    const examined = await examineOpened(image, wanted, environment);
    const snapshot = () => createSnapshot(examined.analysis, null);
    const reported = reportAlone(head, examined, snapshot, settings, environment);
    await show(explorationOf(reported, reported.report.title, image), image);
  });
}

function explorationOf(
  { report, inventory }: ReportedImage,
  title: string,
  image: Image | null,
): Exploration {
  const { head, baseline } = inventory();
  return exploreInventory({
    ...{ title, report, image: head },
    compared: baseline && new ComparedInventory({ head, baseline }),
    listed: image === null ? 'snapshot' : 'all',
    canExtract: image !== null,
  });
}

function reportAlone(
  reference: string,
  image: ExaminedImage,
  snapshot: () => Snapshot,
  settings: Settings,
  { secrets, clock }: Environment,
): ReportedImage {
  const name = inspectedImageName(reference, settings.title);
  const { analysis } = image;
  return buildReport({
    ...{
      image,
      snapshot,
      settings,
      secrets,
      build: null,
      fixable: null,
      openable: null,
      notices: [],
      compared: null,
    },
    origin: LOCAL_ORIGIN,
    title: name.title,
    key: reportKey(name, null, formatPlatform(analysis.platform)),
    now: clock.now(),
  });
}

/** A report that was written as JSON, or a snapshot. */
function readExploration(name: string, settings: Settings, environment: Environment): Exploration {
  const text = readText(name, environment.cwd);
  if (isReport(text)) return exploreReport(environment.secrets.report(parseReport(text)));
  const snapshot = parseSnapshot(text, name);
  const image = examineAnalysis(analysisOfSnapshot(snapshot), settings.decisions);
  const reported = reportAlone(name, image, () => snapshot, settings, environment);
  return explorationOf(reported, name, null);
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
