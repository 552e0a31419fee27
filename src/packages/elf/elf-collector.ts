import { baseName } from '../../base/slash-path.ts';
import type { RangeCollector } from '../../layer/collector.ts';
import { isByteCount, isRecord, type JsonValue } from '../../layer/json-value.ts';
import type { LayerEntry } from '../../layer/layer-entry.ts';
import type { LayerScan } from '../../layer/layer-scan.ts';
import type { ByteRange } from '../../tar/random-access.ts';
import {
  ELF_HEADER_SIZE,
  type ElfHeader,
  type ElfSection,
  readElfHeader,
  readSections,
  sectionHeaderSize,
} from './elf-header.ts';
import { findStrippable, type Strippable } from './strippable.ts';

/** What is in smaller files is not worth a read. Bytes. */
const MIN_FILE = 16 * 1024;
/** Programs have some tens of sections. */
const MAX_SECTIONS = 4096;
/** Linkers put the names of the sections right before the section headers. Bytes. */
const NAMES_ROOM = 4096;
const MAX_NAMES = 64 * 1024;

const EXECUTABLE = 0o111;
const SHARED_OBJECT = /\.(?:so(?:\.[\d.]+)?|node)$/;

/** Symbols and debug information of executables and shared objects, as the ELF header and the section headers have it. */
export const elfCollector: RangeCollector = {
  id: 'elf',
  version: 1,

  wants({ path, size, mode }) {
    if (size < MIN_FILE) return false;
    return (mode & EXECUTABLE) !== 0 || SHARED_OBJECT.test(baseName(path));
  },

  read,
};

function* read({ size }: LayerEntry): Generator<ByteRange, JsonValue | null, Uint8Array> {
  const header = readElfHeader(yield { start: 0, length: ELF_HEADER_SIZE });
  if (header === null || header.sectionCount > MAX_SECTIONS) return null;
  const { sectionsAt, sectionCount } = header;
  if (sectionCount === 0 || sectionsAt < ELF_HEADER_SIZE) return null;
  const start = Math.max(sectionsAt - NAMES_ROOM, ELF_HEADER_SIZE);
  const end = sectionsAt + sectionCount * sectionHeaderSize(header.is64);
  const window = yield { start, length: end - start };
  const sections = readSections(window.subarray(sectionsAt - start), header);
  const names = sections[header.namesIndex];
  let content: Uint8Array | null = null;
  if (names !== undefined && isBetween(names, start, end)) {
    content = window.subarray(names.offset - start, names.offset - start + names.size);
  } else if (names !== undefined && names.size <= MAX_NAMES && isBetween(names, end, size)) {
    content = yield { start: names.offset, length: names.size };
  }
  return asJson(sections, content, header, size);
}

function isBetween({ offset, size }: ElfSection, start: number, end: number): boolean {
  return size > 0 && offset >= start && offset + size <= end;
}

function asJson(
  sections: readonly ElfSection[],
  names: Uint8Array | null,
  header: ElfHeader,
  size: number,
): JsonValue | null {
  const found = findStrippable(sections, names, header, size);
  return found && { debug: found.debug, symbols: found.symbols };
}

/** What `strip` would take away from the programs of an image, by layer and path. */
export class StrippableFiles {
  readonly #layers: readonly ReadonlyMap<string, Strippable>[];

  /** @param scans lowest first; made with the collector, or nothing is told */
  constructor(scans: readonly Pick<LayerScan, 'collected'>[]) {
    this.#layers = scans.map(({ collected }) => {
      const found = new Map<string, Strippable>();
      // Of a path that is there twice the later one is visible.
      for (const { path, value } of collected[elfCollector.id] ?? []) {
        if (isStrippable(value)) found.set(path, value);
      }
      return found;
    });
  }

  /** Never more than the file has; null when there is nothing. */
  at({ path, bytes, layer, otherNames = [] }: StrippableFile): Strippable | null {
    const found = this.#layers[layer];
    if (found === undefined || found.size === 0) return null;
    const value = [path, ...otherNames].flatMap(name => found.get(name) ?? [])[0];
    return value !== undefined && value.debug + value.symbols < bytes ? value : null;
  }
}

interface StrippableFile {
  readonly path: string;
  readonly bytes: number;
  readonly layer: number;
  readonly otherNames?: readonly string[];
}

/** Values come from caches. */
function isStrippable(value: unknown): value is Strippable {
  return isRecord(value) && isByteCount(value['debug']) && isByteCount(value['symbols']);
}
