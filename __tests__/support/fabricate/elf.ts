import { Buffer } from 'node:buffer';

export interface ElfSectionSpec {
  readonly name: string;
  /** SHT_PROGBITS when absent. */
  readonly type?: number;
  /** Whether it is part of the running program; false when absent. */
  readonly isLoaded?: boolean;
  /** Bytes of its content. */
  readonly size: number;
  /** Name of the section it is linked to. */
  readonly link?: string;
}

export interface ElfSpec {
  readonly is64?: boolean;
  readonly isLittleEndian?: boolean;
  /** ET_DYN when absent. */
  readonly type?: number;
  /** Without the section of names, which is always there. */
  readonly sections: readonly ElfSectionSpec[];
  /** Bytes between the names of the sections and their headers: linkers differ. */
  readonly gap?: number;
  /** Whether the section headers come before all content, as Go's linker has them. */
  readonly headersFirst?: boolean;
  /** Bytes behind all of it. */
  readonly payload?: number;
}

const NAMES = '.shstrtab';

/** An ELF file of these sections, by the specification. */
export function fabricateElf(spec: ElfSpec): Buffer {
  const { is64 = true, isLittleEndian: little = true, gap = 0, payload = 0 } = spec;
  const all: readonly ElfSectionSpec[] = [
    { name: '', type: 0, size: 0 },
    ...spec.sections,
    { name: NAMES, type: 3, size: 0 },
  ];
  const names = Buffer.from(all.map(({ name }) => `${name}\0`).join(''));
  const sizes = all.map(({ name, size }) => (name === NAMES ? names.length : size));
  const headerSize = is64 ? 64 : 40;
  const tableSize = headerSize * all.length;
  let at = spec.headersFirst ? 64 + tableSize : 64;
  const offsets = all.map(({ type = 1 }, index) => {
    const offset = at;
    if (type !== 8) at += sizes[index] ?? 0;
    return offset;
  });
  const tableAt = spec.headersFirst ? 64 : at + gap;
  const file = Buffer.alloc(Math.max(at, tableAt + tableSize) + payload, 0xaa);
  file.fill(0, 0, 64);
  file.write('\x7fELF', 'latin1');
  file.set([is64 ? 2 : 1, little ? 1 : 2, 1], 4);
  const short = (value: number, to: number): void => {
    if (little) file.writeUInt16LE(value, to);
    else file.writeUInt16BE(value, to);
  };
  const word = (value: number, to: number): void => {
    if (little) file.writeUInt32LE(value, to);
    else file.writeUInt32BE(value, to);
  };
  const long = (value: number, to: number): void => {
    if (!is64) word(value, to);
    else if (little) file.writeBigUInt64LE(BigInt(value), to);
    else file.writeBigUInt64BE(BigInt(value), to);
  };
  short(spec.type ?? 3, 16);
  long(tableAt, is64 ? 0x28 : 0x20);
  const counts = is64 ? 0x3a : 0x2e;
  short(headerSize, counts);
  short(all.length, counts + 2);
  short(all.length - 1, counts + 4);
  names.copy(file, offsets.at(-1));
  let nameAt = 0;
  for (const [index, section] of all.entries()) {
    const start = tableAt + index * headerSize;
    file.fill(0, start, start + headerSize);
    word(nameAt, start);
    nameAt += section.name.length + 1;
    word(section.type ?? 1, start + 4);
    long(section.isLoaded ? 2 : 0, start + 8);
    long(offsets[index] ?? 0, start + (is64 ? 24 : 16));
    long(sizes[index] ?? 0, start + (is64 ? 32 : 20));
    const link = all.findIndex(({ name }) => section.link !== undefined && name === section.link);
    word(Math.max(link, 0), start + (is64 ? 40 : 24));
  }
  return file;
}
