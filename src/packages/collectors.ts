import type { Collector } from '../layer/collector.ts';
import { elfCollector } from './elf/elf-collector.ts';
import { PACKAGE_COLLECTORS } from './package-collectors.ts';

/** What scans of images are made with: what packages are told from, and what findings look at inside of files. */
export const COLLECTORS: readonly Collector[] = [...PACKAGE_COLLECTORS, elfCollector];
