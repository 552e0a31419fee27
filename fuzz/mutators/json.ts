import { Buffer } from 'node:buffer';
import type { Random } from '../random.ts';
import { mutateBytes } from './bytes.ts';
import { EXTREME_NUMBERS, HOSTILE_TEXTS } from './words.ts';

/** A value inside of a document: where it hangs. */
interface Slot {
  readonly holder: object;
  readonly key: string;
}

/** Documents as texts of JSON, which mutations begin with. At least one. */
export type JsonSeeds = readonly string[];

/** A document with some of its values changed, left out, repeated, nested or exchanged. */
export function mutateJson(seeds: JsonSeeds, random: Random, count = 1 + random.small(4)): string {
  const document: { root: unknown } = { root: JSON.parse(random.pick(seeds)) };
  for (let turn = 0; turn < count; turn += 1) {
    const slots = listSlots(document);
    mutateSlot(random.pick(slots), slots, random);
  }
  const text = JSON.stringify(document.root) ?? 'null';
  return random.oneIn(12) ? mangle(text, random) : text;
}

/** Such a document as bytes, of which a few may be no JSON any more. */
export function mutateJsonBytes(seeds: JsonSeeds, random: Random): Buffer {
  const bytes = Buffer.from(mutateJson(seeds, random));
  return random.oneIn(10) ? mutateBytes(bytes, random) : bytes;
}

function mutateSlot(slot: Slot, slots: readonly Slot[], random: Random): void {
  const value = read(slot);
  switch (random.below(10)) {
    case 0:
      if (Array.isArray(slot.holder)) slot.holder.splice(Number(slot.key), 1);
      else if (slot.key === 'root') write(slot, null);
      else Reflect.deleteProperty(slot.holder, slot.key);
      return;
    case 1:
      write(slot, nest(value, random));
      return;
    case 2:
      write(slot, structuredClone(read(random.pick(slots))));
      return;
    case 3:
      write(
        {
          holder: slot.holder,
          key: random.pick(['__proto__', 'constructor', 'toString', '0', '-1', 'length', '']),
        },
        value,
      );
      return;
    case 4:
      if (typeof value === 'object' && value !== null) addMember(value, slots, random);
      else write(slot, strangeValue(random));
      return;
    case 5:
      if (Array.isArray(value) && value.length > 0) {
        const copies = random.oneIn(30) ? random.below(3000) : random.small(6);
        for (let copy = 0; copy < copies; copy += 1) value.push(structuredClone(random.pick(value)));
      } else write(slot, strangeValue(random));
      return;
    case 6:
      write(slot, typeof value === 'string' ? mixText(value, random) : random.pick(EXTREME_NUMBERS));
      return;
    default:
      write(slot, strangeValue(random));
  }
}

function addMember(value: object, slots: readonly Slot[], random: Random): void {
  const member = random.oneIn(2) ? strangeValue(random) : structuredClone(read(random.pick(slots)));
  if (Array.isArray(value)) value.splice(random.below(value.length + 1), 0, member);
  else write({ holder: value, key: random.pick(HOSTILE_TEXTS) }, member);
}

function strangeValue(random: Random): unknown {
  switch (random.below(9)) {
    case 0:
      return null;
    case 1:
      return random.oneIn(2);
    case 2:
      return [];
    case 3:
      return {};
    case 4:
    case 5:
      return random.pick(EXTREME_NUMBERS);
    case 6:
      return String(random.pick(EXTREME_NUMBERS));
    default:
      return random.pick(HOSTILE_TEXTS);
  }
}

function mixText(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const more = random.pick(HOSTILE_TEXTS).repeat(random.oneIn(20) ? 1 + random.below(400) : 1);
  return text.slice(0, at) + more + text.slice(random.oneIn(2) ? at : at + 1 + random.small(8));
}

function nest(value: unknown, random: Random): unknown {
  let nested = value;
  const depth = random.oneIn(10) ? random.below(200) : 1 + random.small(4);
  for (let level = 0; level < depth; level += 1) nested = random.oneIn(2) ? [nested] : { a: nested };
  return nested;
}

/** A key twice, a comma too many, numbers that JSON.stringify would not write. */
function mangle(text: string, random: Random): string {
  switch (random.below(5)) {
    case 0:
      return text.replace(/"(\w+)":/, '"$1":null,"$1":');
    case 1:
      return text.replace(/([}\]])(?=[^}\]]*$)/, ',$1');
    case 2:
      return text.replace(
        /:\d+/,
        `:${random.pick(['1e999', '-1e999', '1E400', '00', '0x10', '9'.repeat(400)])}`,
      );
    case 3:
      return `\ufeff${text}`;
    default:
      return '['.repeat(1 + random.below(random.oneIn(10) ? 50_000 : 50)) + text;
  }
}

function listSlots(root: object): readonly Slot[] {
  const slots: Slot[] = [];
  const open: object[] = [root];
  for (let holder = open.pop(); holder !== undefined && slots.length < 5000; holder = open.pop()) {
    for (const key of Object.keys(holder)) {
      const slot = { holder, key };
      slots.push(slot);
      const value = read(slot);
      if (typeof value === 'object' && value !== null) open.push(value);
    }
  }
  return slots.length === 0 ? [{ holder: root, key: 'root' }] : slots;
}

function read({ holder, key }: Slot): unknown {
  return Object.getOwnPropertyDescriptor(holder, key)?.value;
}

/** Assigning to `__proto__` would change what the object is. */
function write({ holder, key }: Slot, value: unknown): void {
  // A list has items alone in JSON; one with a constructor of its own could not be changed any more.
  if (Array.isArray(holder) && !/^\d+$/.test(key)) return;
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}
