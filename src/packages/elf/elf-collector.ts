import type { RangeCollector } from '../../layer/collector.ts';
import type { LayerEntry } from '../../layer/entry.ts';
import type { JsonValue } from '../../layer/layer-scan.ts';
import type { ByteRange } from '../../tar/random-access.ts';
import {
  ELF_HEADER_SIZE,
  type ElfHeader,
  type ElfSection,
  readElfHeader,
  readSections,
  sectionHeaderSize,
} from './elf-header.ts';
import { strippable } from './strippable.ts';

/** What is in smaller files is not worth a read. Bytes. */
const SMALLEST = 16 * 1024;
/** Programs have some tens of sections. */
const MOST_SECTIONS = 4096;
/** Linkers put the names of the sections right before the section headers. Bytes. */
const BEFORE = 4096;
const LONGEST_NAMES = 64 * 1024;

const EXECUTABLE = 0o111;
const SHARED_OBJECT = /\.(?:so(?:\.[\d.]+)?|node)$/;

/** Symbols and debug information of executables and shared objects, as the ELF header and the section headers have it. */
export const elfCollector: RangeCollector = {
  id: 'elf',
  version: 1,

  wants({ path, size, mode }) {
    if (size < SMALLEST) return false;
    return (mode & EXECUTABLE) !== 0 || SHARED_OBJECT.test(path.slice(path.lastIndexOf('/') + 1));
  },

  read,
};

function* read({ size }: LayerEntry): Generator<ByteRange, JsonValue | null, Uint8Array> {
  const header = readElfHeader(yield { start: 0, length: ELF_HEADER_SIZE });
  if (header === null || header.sectionCount > MOST_SECTIONS) return null;
  const { sectionsAt, sectionCount } = header;
  if (sectionCount === 0 || sectionsAt < ELF_HEADER_SIZE) return null;
  const start = Math.max(sectionsAt - BEFORE, ELF_HEADER_SIZE);
  const end = sectionsAt + sectionCount * sectionHeaderSize(header.is64);
  const window = yield { start, length: end - start };
  const sections = readSections(window.subarray(sectionsAt - start), header);
  const names = sections[header.namesIndex];
  let content: Uint8Array | null = null;
  if (names !== undefined && isBetween(names, start, end)) {
    content = window.subarray(names.offset - start, names.offset - start + names.size);
  } else if (names !== undefined && names.size <= LONGEST_NAMES && isBetween(names, end, size)) {
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
  const found = strippable(sections, names, header, size);
  return found && { debug: found.debug, symbols: found.symbols };
}
