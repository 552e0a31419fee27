import type { Collector, FileCollector } from '../layer/collector.ts';
import { sampleCollector } from '../layer/content-samples.ts';
import { apkReader } from './apk-reader.ts';
import { bundleCollector } from './bundle-reader.ts';
import { composerReader } from './composer-reader.ts';
import { credentialCollector } from './credentials/credential-collector.ts';
import { dpkgReader } from './dpkg/dpkg-reader.ts';
import { elfCollector } from './elf/elf-collector.ts';
import { gemReader } from './gem-reader.ts';
import { pathCollector } from './named-paths.ts';
import { npmReader } from './npm-reader.ts';
import type { PackageReader } from './package-reader.ts';
import { pythonReader } from './python-reader.ts';
import { rpmReader } from './rpm/rpm-reader.ts';
import { scriptCollector } from './script-words.ts';

/**
 * Package managers that are known, the system's own first: when two have a file, it belongs to the package of the
 * earlier one.
 */
export const PACKAGE_READERS: readonly PackageReader[] = [
  dpkgReader,
  apkReader,
  rpmReader,
  pythonReader,
  gemReader,
  npmReader,
  composerReader,
];

/** What scans are to be made with, so that `findPackages` has something to tell. */
export const PACKAGE_COLLECTORS: readonly FileCollector[] = PACKAGE_READERS.map(reader => reader.collector);

/** What scans of images are made with: what packages are told from, and what findings look at inside of files. */
export const COLLECTORS: readonly Collector[] = [
  ...PACKAGE_COLLECTORS,
  elfCollector,
  sampleCollector,
  scriptCollector,
  pathCollector,
  credentialCollector,
  bundleCollector,
];
