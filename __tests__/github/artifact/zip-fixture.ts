import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string | Buffer;
  readonly content: string | Buffer;
  /** Where they differ from what is true. */
  readonly size?: number;
  readonly crc?: number;
  readonly method?: number;
  readonly flags?: number;
  /** Of Unix, with its file type; 0 where the maker does not say. */
  readonly mode?: number;
  /** Takes the bytes of the entry before it. */
  readonly overlaps?: boolean;
}

/** A zip as archivers stream it: sizes in the central directory only. */
export function zipOf(entries: readonly ZipEntry[], comment = ''): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  let previous = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const content = Buffer.from(entry.content);
    const data = entry.method === 0 ? content : deflateRawSync(content);
    const at = entry.overlaps === true ? previous : offset;
    previous = at;
    directory.push(centralHeader(entry, name, content, data, at));
    if (entry.overlaps === true) continue;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(0x0808, 6);
    local.writeUInt16LE(entry.method ?? 8, 8);
    local.writeUInt16LE(name.length, 26);
    parts.push(local, name, data);
    offset += local.length + name.length + data.length;
  }
  return Buffer.concat([...parts, ...directory, endRecord(entries.length, directory, offset, comment)]);
}

function centralHeader(entry: ZipEntry, name: Buffer, content: Buffer, data: Buffer, at: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(entry.flags ?? 0x0808, 8);
  header.writeUInt16LE(entry.method ?? 8, 10);
  header.writeUInt32LE(entry.crc ?? crc32(content), 16);
  header.writeUInt32LE(data.length, 20);
  header.writeUInt32LE(entry.size ?? content.length, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 38);
  header.writeUInt32LE(at, 42);
  return Buffer.concat([header, name]);
}

function endRecord(count: number, directory: readonly Buffer[], offset: number, comment: string): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(Buffer.byteLength(comment), 20);
  return Buffer.concat([end, Buffer.from(comment)]);
}
