import { foundInList } from '../found-list.ts';
import type { PackageReader } from '../package-reader.ts';
import { NDB, RPM_DIRECTORIES, rpmCollector, SQLITE } from './rpm-collector.ts';

export const rpmReader: PackageReader = {
  type: 'rpm',
  collector: rpmCollector,
  databases: new Map(
    RPM_DIRECTORIES.flatMap(directory => [
      [`${directory}/${SQLITE}`, 'could not be read'],
      [`${directory}/${NDB}`, 'could not be read'],
      [`${directory}/Packages`, 'is a Berkeley DB, which is not read'],
      [`${directory}/${SQLITE}-wal`, 'is a journal of changes, which is not read'],
    ]),
  ),
  read: values => values.flatMap(value => foundInList('rpm', value)),
};
