import { Buffer } from 'node:buffer';

/** By the lowest byte of the sum: what is added for it. Only the upper half has bits, and of it the upper twelve. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = BigInt(byte);
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1n ? (sum >> 1n) ^ 0xd800_0000_0000_0000n : sum >> 1n;
  return Number(sum >> 32n);
});

/** The checksum of ISO 3309 with 64 bits, as Go's `hash/crc64` has it: four bytes at a time, as no byte adds to the next three. */
export class Crc64 {
  #high = -1;
  #low = -1;

  update(bytes: Uint8Array): void {
    let high = this.#high;
    let low = this.#low;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const whole = bytes.length - (bytes.length % 4);
    for (let at = 0; at < whole; at += 4) {
      const next = low ^ view.getInt32(at, true);
      const first = TABLE[next & 255] ?? 0;
      const second = TABLE[(next >>> 8) & 255] ?? 0;
      const third = TABLE[(next >>> 16) & 255] ?? 0;
      const fourth = TABLE[next >>> 24] ?? 0;
      low = high ^ (first << 8);
      high = fourth ^ (third >>> 8) ^ (second >>> 16) ^ (first >>> 24);
    }
    for (let at = whole; at < bytes.length; at += 1) {
      const added = TABLE[(low ^ view.getUint8(at)) & 255] ?? 0;
      low = (low >>> 8) | (high << 24);
      high = (high >>> 8) ^ added;
    }
    this.#high = high;
    this.#low = low;
  }

  /** Eight bytes, the highest first. */
  digest(): Buffer {
    const sum = Buffer.alloc(8);
    sum.writeInt32BE(~this.#high, 0);
    sum.writeInt32BE(~this.#low, 4);
    return sum;
  }
}
