import type { SourceLines } from '../base/phrase.ts';
import { DroppedValue, Unreadable } from './dropped-value.ts';

/** Larger files are not read. Bytes; an image of half a million files of its own has a snapshot of 55 MB. */
export const MAX_DROPPED = 64 * 1024 * 1024;
/** No image runs with more. */
const MAX_LAYERS = 4096;

/** Versions of snapshots and of reports that are read: what is taken from them is the same in all. */
const VERSIONS = [1, 2] as const;

/** An image as a snapshot or a report tells of it, as far as two are compared. Sizes are bytes. */
export interface DroppedImage {
  readonly kind: 'snapshot' | 'report';
  /** Name of the file. Untrusted text, as all other. */
  readonly file: string;
  /** What the image is called. */
  readonly name: string;
  readonly commit: string | null;
  readonly size: number;
  readonly compressedSize: number | null;
  readonly layers: readonly DroppedLayer[];
  /** null where they are not known. */
  readonly packages: readonly DroppedPackage[] | null;
}

export interface DroppedLayer {
  readonly diffId: string;
  /** The text of its instruction, or what the image's history says. */
  readonly madeBy: string;
  /** null where the line that made it is not known. */
  readonly place: SourceLines | null;
  readonly size: number;
  /** Regular files by path; null where they are not listed: of base layers, and in reports. */
  readonly files: readonly DroppedFile[] | null;
}

export interface DroppedFile {
  readonly path: string;
  readonly bytes: number;
  /** Tells contents apart; null where it is not known. */
  readonly content: string | null;
}

/** Copies of one version are one. */
export interface DroppedPackage {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  /** Of a snapshot those in all layers, of a report those that the final filesystem shows. */
  readonly bytes: number;
}

/**
 * Reads a snapshot or a JSON report, trusting none of it.
 * @returns why it cannot be read, as the rest of a sentence that begins with the file's name
 */
export function readDropped(text: string, file: string): DroppedImage | { readonly problem: string } {
  try {
    return readValue(parseJson(text), file);
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.message };
    throw error;
  }
}

function parseJson(text: string): DroppedValue {
  try {
    return new DroppedValue(JSON.parse(text));
  } catch {
    throw new Unreadable('is no JSON.');
  }
}

function readValue(value: DroppedValue, file: string): DroppedImage {
  const snapshot = value.at('deadweightSnapshot');
  if (!snapshot.isNull) {
    checkVersion(snapshot, 'snapshot');
    return readSnapshot(value, file);
  }
  const report = value.at('schemaVersion');
  if (!value.at('tool').at('name').is('deadweight') || report.isNull)
    throw new Unreadable('is neither a snapshot nor a report of Deadweight.');
  checkVersion(report, 'report');
  return readReport(value, file);
}

function checkVersion(version: DroppedValue, what: string): void {
  if (version.is(...VERSIONS)) return;
  const named = version.isNumber ? version.count() : 'that is no number';
  throw new Unreadable(`is a ${what} of version ${named}, and this page reads ${VERSIONS.join(' and ')}.`);
}

function readReport(value: DroppedValue, file: string): DroppedImage {
  const image = value.at('image').record();
  const [title, packages] = [value.at('title'), value.at('packages')];
  return {
    kind: 'report',
    file,
    name: (title.isNull ? image.at('reference') : title).text(),
    commit: value.at('context').at('commit').orNull(textOf),
    size: image.at('size').count(),
    compressedSize: image.at('compressedSize').orNull(countOf),
    layers: layersOf(value, () => null),
    packages: (packages.isNull ? [] : packages.list()).map(each => ({
      type: each.at('type').text(),
      name: each.at('name').text(),
      version: each.at('version').text(),
      bytes: each.at('bytes').count(),
    })),
  };
}

function textOf(value: DroppedValue): string {
  return value.text();
}

function countOf(value: DroppedValue): number {
  return value.count();
}

function readSnapshot(value: DroppedValue, file: string): DroppedImage {
  const packages = value.at('packages').orNull(list =>
    list.list().map(each => {
      const [type, name, version] = each.list();
      return {
        type: (type ?? each).text(),
        name: (name ?? each).text(),
        version: (version ?? each).text(),
        bytes: 0,
      };
    }),
  );
  const addBytes = (index: DroppedValue, bytes: number): void => {
    const owner = packages?.[index.count()];
    if (owner !== undefined) owner.bytes += bytes;
  };
  return {
    kind: 'snapshot',
    file,
    name: value.at('reference').text(),
    commit: value.at('commit').orNull(textOf),
    size: value.at('size').count(),
    compressedSize: value.at('compressedSize').orNull(countOf),
    layers: layersOf(value, layer => filesOf(layer, addBytes)),
    packages,
  };
}

type ReadFiles = (layer: DroppedValue) => readonly DroppedFile[] | null;

function layersOf(value: DroppedValue, readFiles: ReadFiles): readonly DroppedLayer[] {
  return value
    .at('layers')
    .list(MAX_LAYERS)
    .map(each => {
      const layer = each.record();
      const instruction = layer.at('instruction');
      return {
        diffId: layer.at('diffId').text(),
        madeBy: (instruction.isNull ? layer.at('createdBy') : instruction.at('text')).text(),
        place: instruction.orNull(lines => ({
          file: lines.at('file').text(),
          startLine: lines.at('startLine').count(),
          endLine: lines.at('endLine').count(),
        })),
        size: layer.at('size').count(),
        files: readFiles(layer),
      };
    });
}

/** A base layer has sums of packages in place of its files. */
function filesOf(
  layer: DroppedValue,
  addBytes: (owner: DroppedValue, bytes: number) => void,
): readonly DroppedFile[] | null {
  for (const each of layer.at('packages').orNull(list => list.list()) ?? []) {
    const [index, bytes] = each.list(2);
    if (index !== undefined && bytes !== undefined) addBytes(index, bytes.count());
  }
  const contents = layer.at('contents').orNull(list => list.list()) ?? [];
  const files = layer
    .at('files')
    .list()
    .map((each, index) => {
      const [path, size, owner] = each.list(3);
      const bytes = (size ?? each).count();
      if (owner !== undefined) addBytes(owner, bytes);
      return { path: (path ?? each).text(), bytes, content: contents[index]?.orNull(textOf) ?? null };
    });
  const isListed = !layer.at('origin').is('base') && (files.length > 0 || layer.at('size').is(0));
  return isListed ? files : null;
}
