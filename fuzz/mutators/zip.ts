import { Buffer } from 'node:buffer';
import { crc32, deflateRawSync } from 'node:zlib';
import type { Random } from '../random.ts';
import { mutateBytes } from './bytes.ts';
import { HOSTILE_TEXTS } from './words.ts';

const NAMES = ['report.json', 'snapshot.json', 'a/b', 'dir/', '../x', '/x', 'a\\b', 'C:x', 'report.json '];

/** A zip whose local headers, directory and end may each say something else. */
export function randomZip(random: Random, contents: readonly string[]): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  const count = random.oneIn(30) ? random.below(300) : random.small(5);
  for (let index = 0; index <= count; index += 1) {
    const name = Buffer.from(
      random.oneIn(8) ? random.pick(HOSTILE_TEXTS) : random.oneIn(3) ? random.pick(NAMES) : `f${index}`,
    );
    const content = Buffer.from(random.pick(contents));
    const isStored = random.oneIn(3);
    const data = isStored ? content : deflateRawSync(content, { level: 1 });
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(random.oneIn(20) ? random.below(65_536) : 0, 2);
    facts.writeUInt16LE(random.oneIn(30) ? random.below(100) : isStored ? 0 : 8, 4);
    facts.writeUInt32LE(crc32(content), 10);
    facts.writeUInt32LE(data.length, 14);
    facts.writeUInt32LE(random.oneIn(20) ? random.next() : content.length, 18);
    facts.writeUInt16LE(name.length, 22);
    locals.push(signed('PK\x03\x04', facts, name, data));
    const more = Buffer.alloc(14);
    if (random.oneIn(15)) more.writeUInt32LE((random.pick([0o120777, 0o040755, 0o100644]) << 16) >>> 0, 6);
    more.writeUInt32LE(random.oneIn(20) ? random.below(offset + 100) : offset, 10);
    entries.push(signed('PK\x01\x02', Buffer.from([20, 0]), facts, more, name));
    offset += locals.at(-1)?.length ?? 0;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(random.oneIn(20) ? random.below(65_536) : entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  const zip = Buffer.concat([...locals, directory, signed('PK\x05\x06', end)]);
  return random.oneIn(2) ? zip : mutateBytes(zip, random);
}

function signed(signature: string, ...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from(signature, 'latin1'), ...parts]);
}
