import type { Dockerfile } from '../../dockerfile/dockerfile.ts';
import type { ImageInventory } from '../../inventory/inventory.ts';
import type { Report } from '../report.ts';
import { makePageBuild } from './make-page-build.ts';
import { makePageFixes } from './make-page-fixes.ts';
import { makePagePackages } from './make-page-packages.ts';
import { makePageWaste } from './make-page-waste.ts';
import type { PageDetails } from './page-details.ts';

/**
 * @param inventory of the head; null where only the report is there
 * @param dockerfiles those whose text is there
 */
export function makePageDetails(
  report: Report,
  inventory: ImageInventory | null,
  dockerfiles: readonly Dockerfile[],
): PageDetails {
  return {
    packages: makePagePackages(report, inventory),
    waste: makePageWaste(report, inventory),
    fixes: makePageFixes(report, dockerfiles),
    build: makePageBuild(report),
    trend: report.trend ?? null,
    shared: null,
  };
}
