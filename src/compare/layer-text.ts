import type { SnapshotLayer } from './snapshot.ts';

/**
 * One spelling for what made a layer, so that the Dockerfile's line and the history of the same image,
 * by BuildKit or the classic builder, read alike: `RUN apt-get update`.
 */
export function layerText(layer: Pick<SnapshotLayer, 'instruction' | 'createdBy'>): string {
  return layer.instruction === null
    ? normalizeHistory(layer.createdBy)
    : normalizeInstruction(layer.instruction.text);
}

/** Continuations and runs of blanks count as one blank; the keyword is in capitals. */
function normalizeInstruction(text: string): string {
  const joined = text
    .replace(/[\\`]\r?\n/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const keyword = layerKeyword(joined);
  return keyword + joined.slice(keyword.length);
}

/** `RUN /bin/sh -c X # buildkit`, `/bin/sh -c X` → `RUN X`; `/bin/sh -c #(nop) COPY A in B` → `COPY A in B`. */
function normalizeHistory(createdBy: string): string {
  const text = createdBy.replace(/# buildkit\s*$/, '').trim();
  const nop = /^\/bin\/sh -c #\(nop\)\s*/.exec(text);
  if (nop) return normalizeInstruction(text.slice(nop[0].length));
  return normalizeInstruction(text.replace(/^(?:RUN )?\/bin\/sh -c /, 'RUN '));
}

/** `RUN`, `COPY`, …: the first word, in capitals. */
export function layerKeyword(text: string): string {
  return (/^\S+/.exec(text)?.[0] ?? '').toUpperCase();
}

/** More words than this tell nothing more about the likeness of two texts, and cost time. */
const MAX_WORDS = 400;

/** The words after the keyword, each with how often it stands there. */
export function layerWords(text: string): ReadonlyMap<string, number> {
  const words = new Map<string, number>();
  let left = MAX_WORDS;
  for (const [word] of text.slice(layerKeyword(text).length).matchAll(/[\p{L}\p{N}_.-]+/gu)) {
    if (left === 0) break;
    left -= 1;
    words.set(word, (words.get(word) ?? 0) + 1);
  }
  return words;
}

/** The Dice coefficient of two bags of words: 0 (none in common) to 1 (the same). Symmetric. */
export function likeness(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let common = 0;
  for (const [word, count] of a) common += Math.min(count, b.get(word) ?? 0);
  const total = wordCount(a) + wordCount(b);
  return total === 0 ? 1 : (2 * common) / total;
}

function wordCount(words: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const count of words.values()) total += count;
  return total;
}
