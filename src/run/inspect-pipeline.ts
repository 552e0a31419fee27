import type { Notice } from '../base/notice.ts';
import { formatPlatform } from '../base/platform.ts';
import type { BaselineRequest } from '../baseline/baseline-request.ts';
import { keyInspectedImage } from '../baseline/store/snapshot-key.ts';
import { createSnapshot } from '../compare/snapshot-of.ts';
import type { ImageOrigins } from '../dockerfile/layer-origin.ts';
import type { Image } from '../image/image.ts';
import type { OptionValues } from './config/options.ts';
import type { Settings } from './config/settings.ts';
import type { Environment } from './environment.ts';
import { KeptReport } from './kept-report.ts';
import { planComparison } from './weigh/comparison-plan.ts';
import { examineOpened, weighOnly } from './weigh/examine.ts';
import { inspectedImageName, reportKey } from './weigh/image-name.ts';
import { buildReport, LOCAL_ORIGIN, type ReportedImage, type RunOrigin } from './weigh/image-report.ts';
import type { ReadContents } from './weigh/learn-contents.ts';
import { originsOn, readBaseImage } from './weigh/named-base.ts';
import { readContents, withImage } from './weigh/weigh.ts';

/** What a workflow knows of an image that it weighs, and a terminal does not. */
export interface InspectionContext {
  readonly origin: RunOrigin;
  /** Where the baseline comes from; null compares with nothing. */
  readonly baseline: BaselineRequest | null;
  /** Whether the Actions cache keeps what the image weighs, for later runs to compare with. */
  readonly seeds: boolean;
}

export interface InspectRequest {
  readonly reference: string;
  readonly options: Pick<
    OptionValues,
    'base' | 'files' | 'findings' | 'html' | 'platform' | 'snapshot' | 'verify'
  >;
}

const ALONE: InspectionContext = { origin: LOCAL_ORIGIN, baseline: null, seeds: false };

/** Weighs an image that exists. */
export async function inspectImage(
  request: InspectRequest,
  settings: Settings,
  environment: Environment,
  { origin, baseline, seeds }: InspectionContext = ALONE,
): Promise<ReportedImage> {
  const { reference, options } = request;
  const { platform, snapshot: snapshotPath, files, html, verify } = options;
  const { commit } = origin;
  const compareHeads =
    baseline || seeds
      ? await planComparison(
          { baseline, seeds, commit, checkoutFolder: environment.cwd, remoteContext: null },
          environment,
        )
      : null;
  const baseImage = options.base === null ? null : await readBaseImage(options.base, platform, environment);
  let notices: readonly Notice[] = [];
  const origins = (opened: Image): ImageOrigins | null => {
    const known = originsOn(opened, baseImage, reference);
    notices = known.notices;
    return known.origins;
  };
  const wanted = { origins, verify, making: null, decisions: settings.decisions };
  return withImage(reference, platform, environment, async opened => {
    const isAlone =
      compareHeads === null && snapshotPath === null && files === null && html === null && !verify;
    const kept = isAlone
      ? KeptReport.of(
          opened,
          { settings, baseImage, findings: options.findings, platform, origin },
          environment,
        )
      : null;
    const known = await kept?.find();
    if (known)
      return {
        report: known,
        hidesSecrets: () => false,
        snapshot: unmade,
        inventory: unmade,
        dockerfiles: unmade,
      };
    const examine = options.findings ? examineOpened : weighOnly;
    const image = await examine(opened, wanted, environment);
    const { analysis } = image;
    const snapshot = compareHeads && createSnapshot(analysis, commit);
    const key = keyInspectedImage(reference, settings.title, analysis.platform);
    const read: ReadContents = files => readContents(opened, files, environment.progress);
    const found =
      compareHeads &&
      snapshot &&
      (await compareHeads([{ analysis, snapshot, key, readContents: read }], null)).images[0];
    const name = inspectedImageName(reference, settings.title);
    const reported = buildReport({
      image,
      settings,
      build: null,
      dockerfile: null,
      fixable: null,
      openable: reference === '-' ? null : { reference: opened.reference, platform },
      notices: [...notices, ...(found?.notices ?? [])],
      compared: found?.compared ?? null,
      origin,
      snapshot: () => found?.snapshot ?? createSnapshot(analysis, commit),
      title: name.title,
      key: reportKey(name, null, formatPlatform(analysis.platform)),
      secrets: environment.secrets,
      now: environment.clock.now(),
    });
    await kept?.keep(reported, analysis.scans);
    return reported;
  });
}

/** Who asks for it has the image weighed. */
function unmade(): never {
  throw new TypeError('nothing but the report was asked for');
}
