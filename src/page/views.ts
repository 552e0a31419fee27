import type { View } from './view.ts';
import { buildView } from './views/build.ts';
import { compareView } from './views/compare.ts';
import { dockerfileView } from './views/dockerfile.ts';
import { filesView } from './views/files.ts';
import { fixesView } from './views/fixes.ts';
import { packagesView } from './views/packages.ts';
import { sharedView } from './views/shared.ts';
import { treemapView } from './views/treemap.ts';
import { trendView } from './views/trend.ts';
import { wasteView } from './views/waste.ts';

/** In the order of the page's navigation. */
export const VIEWS: readonly View[] = [
  sharedView,
  dockerfileView,
  treemapView,
  filesView,
  packagesView,
  wasteView,
  fixesView,
  buildView,
  trendView,
  compareView,
];
