import type { FileCollector } from '../layer/collector.ts';
import type { JsonValue } from '../layer/json-value.ts';
import { APK } from '../package-managers/apk.ts';
import { decodeText, forEachLine, PathList, ReadingLimits } from './collected-text.ts';
import { foundInList, type PackageReader, readName } from './package-reader.ts';

const APK_DATABASES = APK.state.map(directory => `${directory}/installed`);

/**
 * apk's database of what is installed: a paragraph for each package, of lines that start with a letter and a colon.
 * @see https://wiki.alpinelinux.org/wiki/Apk_spec
 */
const apkCollector: FileCollector = {
  id: 'apk',
  version: 1,
  wants: ({ path }) => APK_DATABASES.some(database => database === path),
  collect(_entry, content) {
    try {
      return packagesOf(decodeText(content));
    } catch {
      return null;
    }
  },
};

class Draft {
  name = '';
  version = '';
  architecture = '';
  directory = '';
  readonly files: PathList;

  constructor(limits: ReadingLimits) {
    this.files = new PathList(limits);
  }

  toJson(): JsonValue | null {
    const name = readName(this.name);
    const version = readName(this.version);
    if (name === null || version === null) return null;
    return { name, version, architecture: readName(this.architecture), files: this.files.toString() };
  }
}

function packagesOf(text: string): JsonValue {
  const limits = new ReadingLimits();
  const found: JsonValue[] = [];
  let draft = new Draft(limits);
  const finish = (): void => {
    const value = draft.toJson();
    if (value !== null) {
      limits.package();
      found.push(value);
    }
    draft = new Draft(limits);
  };
  forEachLine(text, line => {
    if (line === '') finish();
    else if (line.charCodeAt(1) === 0x3a) addLine(draft, line.charAt(0), line.slice(2));
  });
  finish();
  return found;
}

function addLine(draft: Draft, field: string, value: string): void {
  if (field === 'P') draft.name = value;
  else if (field === 'V') draft.version = value;
  else if (field === 'A') draft.architecture = value;
  else if (field === 'F') draft.directory = value;
  else if (field === 'R') draft.files.add(`${draft.directory}/${value}`);
}

export const apkReader: PackageReader = {
  type: 'apk',
  collector: apkCollector,
  databases: new Map(APK_DATABASES.map(path => [path, 'could not be read'])),
  read: values => values.flatMap(value => foundInList('apk', value)),
};
