/** Larger files are not read. Bytes; an image of half a million files of its own has a snapshot of 55 MB. */
export const MAX_DROPPED = 64 * 1024 * 1024;
/** No image runs with more. */
const MAX_LAYERS = 4096;

/** Versions that are read: what is taken from them is the same in all. */
const SNAPSHOT_VERSIONS: readonly unknown[] = [1, 2];
const REPORT_VERSIONS: readonly unknown[] = [1, 2];

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
  readonly origin: 'base' | 'own' | 'unknown';
  /** The text of its instruction, or what the image's history says. */
  readonly madeBy: string;
  /** `Dockerfile:3`; null where it is not known. */
  readonly place: { readonly file: string; readonly startLine: number; readonly endLine: number } | null;
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

/** What is wrong with a file: the rest of a sentence that begins with its name. */
class Unreadable extends Error {}

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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreadable('is no JSON.');
  }
}

function readValue(value: unknown, file: string): DroppedImage {
  if (!isRecord(value)) throw new Unreadable('is neither a snapshot nor a report of Deadweight.');
  if ('deadweightSnapshot' in value) {
    checkVersion(value['deadweightSnapshot'], SNAPSHOT_VERSIONS, 'snapshot');
    return readSnapshot(value, file);
  }
  const { tool } = value;
  if (isRecord(tool) && tool['name'] === 'deadweight' && 'schemaVersion' in value) {
    checkVersion(value['schemaVersion'], REPORT_VERSIONS, 'report');
    return readReport(value, file);
  }
  throw new Unreadable('is neither a snapshot nor a report of Deadweight.');
}

function checkVersion(version: unknown, known: readonly unknown[], what: string): void {
  if (known.includes(version)) return;
  const named = typeof version === 'number' ? String(version) : 'that is no number';
  throw new Unreadable(`is a ${what} of version ${named}, and this page reads ${known.join(' and ')}.`);
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function damaged(where: string): Unreadable {
  return new Unreadable(`is damaged at ${where}.`);
}

function recordOf(value: unknown, where: string): Fields {
  if (!isRecord(value)) throw damaged(where);
  return value;
}

function listOf(value: unknown, where: string, max = Number.POSITIVE_INFINITY): readonly unknown[] {
  if (!Array.isArray(value) || value.length > max) throw damaged(where);
  return value;
}

function textOf(value: unknown, where: string): string {
  if (typeof value !== 'string') throw damaged(where);
  return value;
}

function countOf(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw damaged(where);
  return value;
}

function orNull<Value>(
  value: unknown,
  where: string,
  read: (value: unknown, where: string) => Value,
): Value | null {
  return value === null || value === undefined ? null : read(value, where);
}

function readReport(fields: Fields, file: string): DroppedImage {
  const image = recordOf(fields['image'], 'image');
  const context = isRecord(fields['context']) ? fields['context'] : {};
  return {
    kind: 'report',
    file,
    name: textOf(fields['title'] ?? image['reference'], 'title'),
    commit: orNull(context['commit'], 'context.commit', textOf),
    size: countOf(image['size'], 'image.size'),
    compressedSize: orNull(image['compressedSize'], 'image.compressedSize', countOf),
    layers: layersOf(fields, () => null),
    packages: listOf(fields['packages'] ?? [], 'packages').map((value, index) => {
      const where = `packages.${index}`;
      const each = recordOf(value, where);
      return {
        type: textOf(each['type'], `${where}.type`),
        name: textOf(each['name'], `${where}.name`),
        version: textOf(each['version'], `${where}.version`),
        bytes: countOf(each['bytes'], `${where}.bytes`),
      };
    }),
  };
}

function readSnapshot(fields: Fields, file: string): DroppedImage {
  const packages = orNull(fields['packages'], 'packages', listOf)?.map((value, index) => {
    const [type, name, version] = listOf(value, `packages.${index}`);
    const where = `packages.${index}`;
    return {
      type: textOf(type, where),
      name: textOf(name, where),
      version: textOf(version, where),
      bytes: 0,
    };
  });
  const addBytes = (index: unknown, bytes: number, where: string): void => {
    const owner = packages?.[countOf(index, where)];
    if (owner !== undefined) owner.bytes += bytes;
  };
  return {
    kind: 'snapshot',
    file,
    name: textOf(fields['reference'], 'reference'),
    commit: orNull(fields['commit'], 'commit', textOf),
    size: countOf(fields['size'], 'size'),
    compressedSize: orNull(fields['compressedSize'], 'compressedSize', countOf),
    layers: layersOf(fields, (layer, where) => filesOf(layer, where, addBytes)),
    packages: packages ?? null,
  };
}

type ReadFiles = (layer: Fields, where: string) => readonly DroppedFile[] | null;

function layersOf(fields: Fields, readFileTable: ReadFiles): readonly DroppedLayer[] {
  return listOf(fields['layers'], 'layers', MAX_LAYERS).map((value, index) => {
    const where = `layers.${index}`;
    const layer = recordOf(value, where);
    const instruction = orNull(layer['instruction'], `${where}.instruction`, recordOf);
    const { origin } = layer;
    return {
      diffId: textOf(layer['diffId'], `${where}.diffId`),
      origin: origin === 'base' || origin === 'own' ? origin : 'unknown',
      madeBy: textOf(instruction?.['text'] ?? layer['createdBy'], `${where}.createdBy`),
      place: instruction && {
        file: textOf(instruction['file'], `${where}.instruction.file`),
        startLine: countOf(instruction['startLine'], `${where}.instruction.startLine`),
        endLine: countOf(instruction['endLine'], `${where}.instruction.endLine`),
      },
      size: countOf(layer['size'], `${where}.size`),
      files: readFileTable(layer, where),
    };
  });
}

/** A base layer has sums of packages in place of its files. */
function filesOf(
  layer: Fields,
  where: string,
  addBytes: (owner: unknown, bytes: number, where: string) => void,
): readonly DroppedFile[] | null {
  for (const value of listOf(layer['packages'] ?? [], `${where}.packages`)) {
    const [index, bytes] = listOf(value, `${where}.packages`, 2);
    addBytes(index, countOf(bytes, `${where}.packages`), `${where}.packages`);
  }
  const contents = listOf(layer['contents'] ?? [], `${where}.contents`);
  const files = listOf(layer['files'], `${where}.files`).map((value, index) => {
    const at = `${where}.files.${index}`;
    const [path, size, owner] = listOf(value, at, 3);
    const bytes = countOf(size, at);
    if (owner !== undefined) addBytes(owner, bytes, at);
    return { path: textOf(path, at), bytes, content: orNull(contents[index], `${where}.contents`, textOf) };
  });
  const isListed = layer['origin'] !== 'base' && (files.length > 0 || layer['size'] === 0);
  return isListed ? files : null;
}
