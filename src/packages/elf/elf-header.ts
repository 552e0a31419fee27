/** What the header of an ELF file says about its section headers. Offsets and sizes in bytes. */
export interface ElfHeader {
  readonly is64: boolean;
  readonly isLittleEndian: boolean;
  readonly sectionsAt: number;
  readonly sectionCount: number;
  /** Index of the section that holds the names of sections. */
  readonly namesIndex: number;
}

/** Bytes of the longer of the two forms. */
export const ELF_HEADER_SIZE = 64;

const MAGIC = 0x7f454c46;
const EXECUTABLE = 2;
const SHARED_OBJECT = 3;

/**
 * The header of an executable or a shared object (a position-independent executable is one); null for anything else:
 * object files, core dumps, and what is not an ELF file.
 * @param bytes the first ELF_HEADER_SIZE bytes of the file
 * @see https://gabi.xinuos.com/elf/02-eheader.html
 */
export function readElfHeader(bytes: Uint8Array): ElfHeader | null {
  const view = viewOf(bytes);
  if (view.byteLength < ELF_HEADER_SIZE || view.getUint32(0) !== MAGIC) return null;
  const [form, order] = [view.getUint8(4), view.getUint8(5)];
  if ((form !== 1 && form !== 2) || (order !== 1 && order !== 2)) return null;
  const is64 = form === 2;
  const isLittleEndian = order === 1;
  const type = view.getUint16(16, isLittleEndian);
  if (type !== EXECUTABLE && type !== SHARED_OBJECT) return null;
  const at = is64 ? 0x3a : 0x2e;
  if (view.getUint16(at, isLittleEndian) !== sectionHeaderSize(is64)) return null;
  return {
    is64,
    isLittleEndian,
    sectionsAt: is64 ? wide(view, 0x28, isLittleEndian) : view.getUint32(0x20, isLittleEndian),
    sectionCount: view.getUint16(at + 2, isLittleEndian),
    namesIndex: view.getUint16(at + 4, isLittleEndian),
  };
}

/** Bytes of a section header. */
export function sectionHeaderSize(is64: boolean): number {
  return is64 ? 64 : 40;
}

export interface ElfSection {
  /** Offset of its name in the section of names. */
  readonly name: number;
  readonly type: number;
  /** Whether it is part of the running program. */
  readonly isLoaded: boolean;
  readonly offset: number;
  readonly size: number;
  /** Of a symbol table: index of the section with its strings. */
  readonly link: number;
}

const LOADED = 2;

/** @param bytes the section headers, one behind the other */
export function readSections(bytes: Uint8Array, { is64, isLittleEndian: little }: ElfHeader): ElfSection[] {
  const view = viewOf(bytes);
  const length = sectionHeaderSize(is64);
  const sections: ElfSection[] = [];
  for (let at = 0; at + length <= bytes.length; at += length) {
    const short = (offset: number): number => view.getUint32(at + offset, little);
    const long = (offset: number): number => wide(view, at + offset, little);
    sections.push({
      name: short(0),
      type: short(4),
      // The flags are one word or two; these are in the low one.
      isLoaded: (short(is64 && !little ? 12 : 8) & LOADED) !== 0,
      offset: is64 ? long(24) : short(16),
      size: is64 ? long(32) : short(20),
      link: short(is64 ? 40 : 24),
    });
  }
  return sections;
}

/** Values beyond 2^53 lose their last digits: no file is so long, and they stay out of reach. */
function wide(view: DataView, at: number, isLittleEndian: boolean): number {
  return Number(view.getBigUint64(at, isLittleEndian));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
