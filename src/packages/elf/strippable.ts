import { asBuffer, readText } from '../../tar/header-field.ts';
import { type ElfHeader, type ElfSection, sectionHeaderSize } from './elf-header.ts';

/** What `strip` takes away from an executable or a shared object. Bytes. */
export interface Strippable {
  /** Debug information: what only a debugger reads. */
  readonly debug: number;
  /** Names of functions and variables that are not needed to load it: what a stack trace is told with. */
  readonly symbols: number;
}

const PROGRAM_BITS = 1;
const SYMBOL_TABLE = 2;
const NO_BITS = 8;
/** Symbols, and what is worth nothing without them: relocations, and the sections of symbols beyond the 65,000th. */
const OF_SYMBOLS: ReadonlySet<number> = new Set([SYMBOL_TABLE, 4, 9, 18]);

/**
 * Sections that binutils take for debug information, by their names alone.
 * @see `_bfd_elf_make_section_from_shdr` in bfd/elf.c of GNU binutils
 */
const DEBUG = /^\.(?:z?debug|gnu\.debuglto_\.debug_|gnu\.linkonce\.wi\.|line|stab|gdb_index$)/;
const MAX_NAME = 64;

/**
 * Where names are not known, several sections that are not loaded and are larger than a compiler's comment or a link
 * to a debug file are debug information. LLVM's linker puts the names where they cannot be had without reading back.
 */
const MIN_UNNAMED_COUNT = 3;
const MIN_UNNAMED = 256;

/** What follows the last section and is not padding is read by the program itself, and `strip` would drop it. Bytes. */
const MAX_PADDING = 4096;

/**
 * @param names content of the section of names; null where it is not known
 * @param size of the file. Bytes
 * @returns null when there is nothing to take away, or when the file would not survive it
 */
export function findStrippable(
  sections: readonly ElfSection[],
  names: Uint8Array | null,
  header: ElfHeader,
  size: number,
): Strippable | null {
  if (hasPayload(sections, header, size)) return null;
  const debug = names === null ? unnamedDebug(sections) : sections.filter(section => isDebug(section, names));
  const tables = sections.filter(isSymbols);
  const strings = tables.flatMap(({ type, link }) => (type === SYMBOL_TABLE ? (sections[link] ?? []) : []));
  // Some linkers keep the names of symbols and of sections together: they stay.
  const removed = new Set([...debug, ...tables, ...strings].filter(isRemovable(sections[header.namesIndex])));
  if (removed.size === 0) return null;
  const headerSize = sectionHeaderSize(header.is64);
  // Of hostile files, whose sections may lie upon each other, it must not be more than there is.
  const all = Math.min(coveredBytes(removed, size) + headerSize * removed.size, size - headerSize);
  const debugBytes = Math.min(coveredBytes(debug, size) + headerSize * debug.length, all);
  return { debug: debugBytes, symbols: all - debugBytes };
}

function isDebug({ type, name, isLoaded }: ElfSection, names: Uint8Array): boolean {
  return !isLoaded && type !== NO_BITS && DEBUG.test(readText(asBuffer(names), name, MAX_NAME));
}

function unnamedDebug(sections: readonly ElfSection[]): readonly ElfSection[] {
  const found = sections.filter(
    ({ type, size, isLoaded }) => !isLoaded && type === PROGRAM_BITS && size >= MIN_UNNAMED,
  );
  return found.length < MIN_UNNAMED_COUNT ? [] : found;
}

function isSymbols({ type, isLoaded }: ElfSection): boolean {
  return !isLoaded && OF_SYMBOLS.has(type);
}

function isRemovable(names: ElfSection | undefined): (section: ElfSection) => boolean {
  return section => section !== names && !section.isLoaded;
}

function hasPayload(sections: readonly ElfSection[], { sectionsAt, is64 }: ElfHeader, size: number): boolean {
  let end = sectionsAt + sections.length * sectionHeaderSize(is64);
  for (const { type, offset, size: length } of sections) {
    if (type !== NO_BITS) end = Math.max(end, offset + length);
  }
  return size - end > MAX_PADDING;
}

/** Bytes of the file that are in at least one of the sections. */
function coveredBytes(sections: Iterable<ElfSection>, size: number): number {
  const ranges = Array.from(sections, ({ offset, size: length }) => {
    const start = Math.min(offset, size);
    return [start, Math.min(start + length, size)] as const;
  }).sort(([a], [b]) => a - b);
  let [bytes, end] = [0, 0];
  for (const [from, to] of ranges) {
    bytes += Math.max(to - Math.max(from, end), 0);
    end = Math.max(end, to);
  }
  return bytes;
}
