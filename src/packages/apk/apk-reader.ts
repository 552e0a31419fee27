import { foundInList } from '../found-list.ts';
import type { PackageReader } from '../package-reader.ts';
import { APK_DATABASES, apkCollector } from './apk-collector.ts';

export const apkReader: PackageReader = {
  type: 'apk',
  collector: apkCollector,
  databases: new Map(APK_DATABASES.map(path => [path, 'could not be read'])),
  read: values => values.flatMap(value => foundInList('apk', value)),
};
