import type { View } from './view.ts';
import { dockerfileView } from './views/dockerfile.ts';
import { filesView } from './views/files.ts';
import { treemapView } from './views/treemap.ts';

/** In the order of the page's navigation. */
export const VIEWS: readonly View[] = [dockerfileView, treemapView, filesView];
