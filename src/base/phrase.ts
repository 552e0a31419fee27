import { brief, briefLine, displayPath, MAX_READ, visible } from './untrusted-text.ts';

/** Lines of a file that a phrase points at: a Dockerfile instruction, for one. */
export interface SourceLines {
  /** Path as the user gave it. */
  readonly file: string;
  /** 1-based, inclusive. */
  readonly startLine: number;
  readonly endLine: number;
}

/**
 * Prose before it has a medium. Names from outside are code or places, never loose text, so that each renderer
 * can show them as its medium needs: a code span, a link, a colour, an annotation's plain text.
 */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'strong'; readonly text: string }
  | {
      readonly kind: 'code';
      readonly text: string;
      /** What `text` was cut from: two names may be cut to the same. */
      readonly whole?: string;
    }
  /** A name with a page of our own; its address is never from outside. */
  | { readonly kind: 'link'; readonly text: string; readonly url: string }
  | {
      readonly kind: 'place';
      readonly location: SourceLines;
      /** Whether the lines are of the baseline's file: they are no link to the head's. */
      readonly isGone?: boolean;
    };

export type Phrase = readonly Part[];

/** A tagged template: literals and strings become text, parts and phrases stay what they are. */
export function phrase(
  literals: TemplateStringsArray,
  ...values: readonly (string | number | Part | Phrase)[]
): Phrase {
  const parts: Part[] = [];
  literals.forEach((literal, index) => {
    append(parts, text(literal));
    const value = values[index];
    if (value === undefined) return;
    if (typeof value === 'string' || typeof value === 'number') append(parts, text(String(value)));
    else if ('kind' in value) append(parts, value);
    else for (const part of value) append(parts, part);
  });
  return parts;
}

/** Neighbouring texts are merged: an escape must see `#` and `12` as the `#12` that a reader would. */
function append(parts: Part[], part: Part): void {
  const last = parts.at(-1);
  if (part.kind === 'text' && part.text === '') return;
  if (part.kind === 'text' && last?.kind === 'text')
    parts[parts.length - 1] = text(`${last.text}${part.text}`);
  else parts.push(part);
}

function text(content: string): Part {
  return { kind: 'text', text: content };
}

export function strong(content: string): Part {
  return { kind: 'strong', text: content };
}

export function code(content: string, max = 100): Part {
  return cutCode(brief(content, max), brief(content, MAX_WHOLE));
}

/** A path of the image. */
export function pathCode(path: string, max = 100): Part {
  return cutCode(displayPath(path, max), displayPath(path, MAX_WHOLE));
}

/** Characters that are kept of what is shown short. */
const MAX_WHOLE = 2000;

/** A name that was cut, with what it was cut from. */
export function cutCode(shown: string, whole: string): Part {
  return shown === whole ? { kind: 'code', text: shown } : { kind: 'code', text: shown, whole };
}

export function place(location: SourceLines): Part {
  return { kind: 'place', location };
}

/** Lines that the baseline's Dockerfile has, or had. */
export function gonePlace(location: SourceLines): Part {
  return { kind: 'place', location, isGone: true };
}

/** ` (Dockerfile:3)`, behind what it tells the place of; empty where no place is known. */
export function placeAside(location: SourceLines | null): Phrase {
  return location === null ? [] : phrase` (${place(location)})`;
}

/** A message that somebody else wrote, on one line. */
export function message(content: string, max = 400): Phrase {
  return [text(briefLine(content, max))];
}

/** `Dockerfile:3`. */
export function placeName(location: SourceLines, max = 60): string {
  const line = `:${location.startLine}`;
  const file = visible(location.file.slice(0, MAX_READ));
  return `${file.length > max - line.length ? `…${[...file].slice(-(max - line.length - 1)).join('')}` : file}${line}`;
}

/** Joins phrases: `a, b and c`. */
export function enumerate(items: readonly Phrase[]): Phrase {
  return items.flatMap((item, index): Phrase => {
    if (index === 0) return item;
    return [text(index === items.length - 1 ? ' and ' : ', '), ...item];
  });
}

/** Without any markup, for annotations and logs. */
export function plainText(content: Phrase): string {
  return visible(
    content.map(part => (part.kind === 'place' ? placeName(part.location) : part.text)).join(''),
  );
}
