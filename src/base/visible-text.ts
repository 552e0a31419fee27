/**
 * Text from images, Dockerfiles and registries is hostile: it may hold escape sequences, newlines, bidirectional
 * overrides and characters without width. What a reader cannot see is spelled out here, before any renderer
 * adds the escapes of its own medium.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Spells out control, format and invisible characters: `\n`, `\x1b`, `\u{202e}`. Idempotent. */
export function visible(text: string): string {
  return text.replace(HIDDEN, spell).replace(/\p{Zs}/gu, ' ');
}

function spell(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return NAMED[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`);
}

/** Runs of white space, newlines included, become one space. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** At most `max` characters (code points), the last of them an ellipsis where something was cut. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const characters = [...text.slice(0, 2 * max + 2)];
  if (characters.length <= max) return text;
  return `${characters.slice(0, max - 1).join('')}…`;
}

/** The same, cut in the middle: both ends of a path tell something. */
export function clipMiddle(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = [...text.slice(0, 2 * max)];
  const tail = [...text.slice(-2 * max)];
  if (text.length < 2 * max && head.length <= max) return text;
  const kept = Math.max(2, max) - 1;
  const left = Math.floor(kept / 2);
  return `${head.slice(0, left).join('')}…${tail.slice(-(kept - left)).join('')}`;
}

/** A path of the image as people write it, with its leading slash. */
export function displayPath(path: string, max = 100): string {
  return clipMiddle(visible(`/${path.slice(0, 8192)}`), max);
}
