import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import { formatPlatform } from '../../base/platform.ts';
import type { WeighedBuild } from '../../baseline/baseline-source.ts';
import type { BuildResult } from '../../build/build-result.ts';
import { findCacheBreak } from '../../build/cache-break.ts';
import type { BuiltLayer } from '../../build/changed-files.ts';
import { stepsOfPlatform } from '../../build/platform-steps.ts';
import type { ImageReportInput } from './image-report.ts';

/**
 * What a report tells of the build of one image.
 * @param baseline as it was built here; null where it was not
 */
export function describeBuild(
  head: BuildResult,
  analysis: ImageAnalysis,
  baseline: WeighedBuild | null,
): ImageReportInput['build'] {
  const platform = formatPlatform(analysis.platform);
  const own = stepsOfPlatform(head, head.images.length > 1 ? platform : null);
  const { steps, warnings, durationMs, uncached } = own;
  const before = baseline?.analyses.find(each => formatPlatform(each.platform) === platform);
  const layers = before ? { head: layersOf(analysis), baseline: layersOf(before) } : null;
  const cacheBreak = findCacheBreak(own, baseline?.build ?? null, layers);
  return { steps, warnings, durationMs, cacheBreak, ...(uncached ? { uncached } : {}) };
}

function layersOf({ layers, scans }: ImageAnalysis): readonly BuiltLayer[] {
  return layers.map(({ instruction }, index) => ({
    instruction,
    entries: scans[index]?.entries ?? [],
  }));
}
