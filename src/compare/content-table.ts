import { randomBytes } from 'node:crypto';
import { grown } from '../layer/column.ts';
import { CONTENT_WORDS, readStoredContent, type StoredContent } from './stored-content.ts';

/** Whoever makes an image must not know which contents meet in one place of the table. */
const SEED = randomBytes(4).readUInt32LE(0);

/** Contents, each held once. A content is its number: files of equal contents have the same. */
export class ContentTable {
  #count = 0;
  #words: Uint32Array = new Uint32Array(16 * CONTENT_WORDS);
  /** One more than the number of a content, in open addressing; 0 is free. */
  #slots: Uint32Array = new Uint32Array(32);
  readonly #stored = new Uint32Array(CONTENT_WORDS);

  get size(): number {
    return this.#count;
  }

  /** Adds a content as a snapshot has it. */
  addStored(content: StoredContent): number {
    readStoredContent(content, this.#stored);
    return this.add(this.#stored, 0);
  }

  /** Adds a content as the columns of a scan have it: four words of 32 bits, from `start` on. */
  add(words: Uint32Array, start: number): number {
    const mask = this.#slots.length - 1;
    let at = hashOf(words, start) & mask;
    for (let slot = this.#slots[at] ?? 0; slot !== 0; slot = this.#slots[at] ?? 0) {
      if (this.#isContent(slot - 1, words, start)) return slot - 1;
      at = (at + 1) & mask;
    }
    const content = this.#count;
    this.#count += 1;
    this.#words = grown(this.#words, this.#count * CONTENT_WORDS);
    for (let word = 0; word < CONTENT_WORDS; word += 1) {
      this.#words[content * CONTENT_WORDS + word] = words[start + word] ?? 0;
    }
    this.#slots[at] = this.#count;
    if (this.#count * 2 > this.#slots.length) this.#grow();
    return content;
  }

  #isContent(content: number, words: Uint32Array, start: number): boolean {
    for (let word = 0; word < CONTENT_WORDS; word += 1) {
      if (this.#words[content * CONTENT_WORDS + word] !== words[start + word]) return false;
    }
    return true;
  }

  #grow(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let content = 0; content < this.#count; content += 1) {
      let at = hashOf(this.#words, content * CONTENT_WORDS) & mask;
      while (slots[at] !== 0) at = (at + 1) & mask;
      slots[at] = content + 1;
    }
    this.#slots = slots;
  }
}

function hashOf(words: Uint32Array, start: number): number {
  let hash = SEED;
  for (let word = 0; word < CONTENT_WORDS; word += 1) {
    hash = Math.imul(hash ^ (words[start + word] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}
