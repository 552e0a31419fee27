import type { ImageAnalysis } from '../analysis/image-analysis.ts';
import { DeadweightError } from '../base/errors.ts';
import { formatPlatform, type Platform } from '../base/platform.ts';
import { compareSharing } from '../compare/shared-layers.ts';
import { SHARED_REPORT_VERSION, type SharedReport } from '../report/shared-report.ts';
import type { Environment } from './environment.ts';
import { VERSION } from './version.ts';
import { weighImage } from './weigh/weigh.ts';

/** More than a machine runs of one project; each is held in memory with the names of its files. */
const MAX_IMAGES = 50;

/**
 * What images share, and what they could.
 * @throws DeadweightError `usage` for one image, too many, or images of two platforms; and what opening and reading throws
 */
export async function inspectShared(
  references: readonly string[],
  platform: Platform | null,
  verify: boolean,
  environment: Environment,
): Promise<SharedReport> {
  if (references.length < 2 || references.length > MAX_IMAGES) throw wrongCount(references.length);
  const analyses: ImageAnalysis[] = [];
  for (const reference of references) {
    analyses.push(await weighImage({ reference, platform, origins: () => null, verify }, environment));
  }
  const platforms = [...new Set(analyses.map(analysis => formatPlatform(analysis.platform)))];
  if (platforms.length > 1) throw severalPlatforms(platforms);
  const { images, shared, misplaced, ...sums } = compareSharing(analyses);
  const madeBy = (image: number, layer: number) => analyses[image]?.layers[layer]?.createdBy ?? '';
  return {
    schemaVersion: SHARED_REPORT_VERSION,
    tool: { name: 'deadweight', version: VERSION },
    platform: platforms[0] ?? '',
    images: images.map((image, index) => ({
      ...image,
      name: references[index] ?? '',
      size: analyses[index]?.size ?? 0,
      layerCount: analyses[index]?.layers.length ?? 0,
    })),
    ...sums,
    repeated: { ...sums.repeated, packages: [...sums.repeated.packages] },
    shared: shared.map(each => ({
      ...each,
      images: [...each.images],
      createdBy: madeBy(each.images[0] ?? 0, each.last),
    })),
    misplaced: misplaced.map(each => {
      const [{ image, layer } = { image: 0, layer: 0 }] = each.places;
      return { ...each, places: [...each.places], createdBy: madeBy(image, layer) };
    }),
    notices: noticesOf(analyses),
  };
}

/** Each once. What is the base of an image makes no difference to what it shares. */
function noticesOf(analyses: readonly ImageAnalysis[]): SharedReport['notices'] {
  const all = analyses.flatMap(({ notices, packages }) => [...notices, ...packages.notices]);
  const unlike = new Map(all.map(notice => [`${notice.code} ${notice.message}`, notice]));
  return [...unlike.values()].filter(({ code }) => code !== 'base-unknown');
}

function wrongCount(count: number): DeadweightError {
  return new DeadweightError('usage', {
    message: count < 2 ? '--shared tells what several images share.' : `--shared was given ${count} images.`,
    remedy: `Name two images or more, at most ${MAX_IMAGES}.`,
  });
}

function severalPlatforms(platforms: readonly string[]): DeadweightError {
  return new DeadweightError('usage', {
    message: `The images are of ${platforms.join(' and ')}: images of two platforms share no layer.`,
    remedy: 'Choose one with --platform.',
  });
}
