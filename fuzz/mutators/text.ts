import { Buffer } from 'node:buffer';
import type { Random } from '../random.ts';
import { mutateBytes } from './bytes.ts';
import { EXTREME_NUMBERS, HOSTILE_TEXTS } from './words.ts';

/** What a language is made of, for its mutations. */
export interface Language {
  /** Valid texts, which mutations begin with. At least one. */
  readonly seeds: readonly string[];
  /** Words and signs that mean something in it. */
  readonly tokens: readonly string[];
}

const MAX_TEXT = 64 * 1024;

type Mutator = (text: string, random: Random, language: Language) => string;

const MUTATORS: readonly Mutator[] = [
  // Lines and words: taken out, repeated, moved, exchanged with those of another text.
  (text, random) => changeParts(text, '\n', random),
  (text, random) => changeParts(text, '\n', random),
  (text, random) => changeParts(text, ' ', random),
  (text, random, { seeds }) => {
    const lines = text.split('\n');
    const others = random.pick(seeds).split('\n');
    const from = random.below(others.length);
    lines.splice(
      random.below(lines.length + 1),
      random.small(3),
      ...others.slice(from, from + 1 + random.small(5)),
    );
    return lines.join('\n');
  },
  (text, random, { seeds }) => {
    const other = random.pick(seeds);
    return text.slice(0, random.below(text.length + 1)) + other.slice(random.below(other.length + 1));
  },
  (text, random, { tokens }) => insert(text, random, random.pick(tokens)),
  (text, random, { tokens }) => insert(text, random, random.pick(tokens)),
  (text, random, { tokens }) => insert(text, random, repeated(random.pick(tokens), random)),
  (text, random) => insert(text, random, random.pick(HOSTILE_TEXTS)),
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => {
    const at = random.below(text.length);
    return text.slice(0, at) + text.slice(at + 1 + random.small(8));
  },
  (text, random) => replaceOne(text, /\d+/g, random, () => String(random.pick(EXTREME_NUMBERS))),
  (text, random, { tokens }) => replaceOne(text, /[\w./:-]+/g, random, () => random.pick(tokens)),
  (text, random) =>
    replaceOne(text, /\n/g, random, () => random.pick(['\r\n', '\r', '\n\n', ' \\\n', '\\\n', '', '\0'])),
];

/** Some mutations of a text that is valid in its language. */
export function mutateText(language: Language, random: Random): string {
  return mutateSeed(random.pick(language.seeds), language, random);
}

/** Some mutations of this text. */
export function mutateSeed(seed: string, language: Language, random: Random): string {
  const count = 1 + random.small(6);
  let text = seed;
  for (let turn = 0; turn < count; turn += 1)
    text = random.pick(MUTATORS)(text, random, language).slice(0, MAX_TEXT);
  return text;
}

/** Such a text as bytes, of which a few may be no text any more. */
export function mutateTextBytes(language: Language, random: Random): Buffer {
  const bytes = Buffer.from(mutateText(language, random));
  return random.oneIn(8) ? mutateBytes(bytes, random) : bytes;
}

/** Mostly a few; now and then so many, up to the largest text, that what is quadratic is felt. */
function repeated(token: string, random: Random): string {
  if (random.oneIn(120)) return token.repeat(Math.ceil(MAX_TEXT / Math.max(1, token.length)));
  return token.repeat(random.oneIn(40) ? 1 + random.below(8000) : 1 + random.small(12));
}

function insert(text: string, random: Random, token: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + token + text.slice(at);
}

function changeParts(text: string, separator: string, random: Random): string {
  const parts = text.split(separator);
  const from = random.below(parts.length);
  const taken = parts.slice(from, from + 1 + random.small(4));
  switch (random.below(3)) {
    case 0:
      parts.splice(from, taken.length);
      break;
    case 1:
      parts.splice(random.below(parts.length + 1), 0, ...taken);
      break;
    default:
      parts.splice(from, taken.length);
      parts.splice(random.below(parts.length + 1), 0, ...taken);
  }
  return parts.join(separator);
}

function replaceOne(text: string, pattern: RegExp, random: Random, replacement: () => string): string {
  const matches = [...text.matchAll(pattern)];
  if (matches.length === 0) return text;
  const match = random.pick(matches);
  return text.slice(0, match.index) + replacement() + text.slice(match.index + match[0].length);
}
