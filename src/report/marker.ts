/**
 * The hidden first line of a comment. It tells which comment belongs to which image, and which commits it shows,
 * so that an older run does not overwrite a newer one.
 */
export interface Marker {
  /** The report's key. */
  readonly key: string;
  /** Commit that was weighed. */
  readonly head: string | null;
  /** Commit it was compared with. */
  readonly base: string | null;
  /** Id of the run, for example `17025-1`. */
  readonly run: string | null;
  /** What tells the images of the comment from others, by their layers. Markers of earlier versions have none. */
  readonly images?: string;
}

const PREFIX = '<!-- deadweight v1 ';
const SUFFIX = ' -->';
const VALUE = /^(?:[A-Za-z0-9._/:@+-]|%[0-9A-F]{2})*$/;
const MAX_VALUE_LENGTH = 400;
/** Five values, each character as at most four encoded bytes. */
const MAX_LENGTH = 5 * MAX_VALUE_LENGTH * 12 + 100;

/** `<!-- deadweight v1 key=… head=… base=… run=… images=… -->`; values that are not known are left out. */
export function formatMarker(marker: Marker): string {
  const fields = [
    ['key', marker.key],
    ['head', marker.head],
    ['base', marker.base],
    ['run', marker.run],
    ['images', marker.images ?? null],
  ] as const;
  return formatFields(PREFIX, fields);
}

/**
 * The marker of a comment's body: only at its very start, where no text of an image can stand.
 * @returns null when the body does not start with a marker of this version.
 */
export function parseMarker(body: string): Marker | null {
  const fields = parseFields(PREFIX, body);
  const key = fields?.get('key');
  if (!fields || key === undefined) return null;
  const images = fields.get('images');
  return {
    key,
    head: fields.get('head') ?? null,
    base: fields.get('base') ?? null,
    run: fields.get('run') ?? null,
    ...(images === undefined ? {} : { images }),
  };
}

/** A hidden comment that begins with the prefix, and has those values that are known: `name=value name=value`. */
export function formatFields(
  prefix: string,
  fields: readonly (readonly [name: string, value: string | null])[],
): string {
  const known = fields.flatMap(([name, value]) => (value === null ? [] : [`${name}=${encode(value)}`]));
  return `${prefix}${known.join(' ')}${SUFFIX}`;
}

/** The values of such a comment at the very start of a text; null when none of this prefix is there. */
export function parseFields(prefix: string, text: string): ReadonlyMap<string, string> | null {
  const end = text.indexOf(SUFFIX);
  if (!text.startsWith(prefix) || end < 0 || end > MAX_LENGTH) return null;
  const fields = new Map<string, string>();
  for (const field of text.slice(prefix.length, end).split(' ')) {
    const equals = field.indexOf('=');
    const value = decode(field.slice(equals + 1));
    if (equals < 1 || value === null || fields.has(field.slice(0, equals))) return null;
    fields.set(field.slice(0, equals), value);
  }
  return fields;
}

/** Percent-encodes all but a few harmless characters; two hyphens in a row too, since they end comments. */
function encode(value: string): string {
  const bytes = new TextEncoder().encode(value.slice(0, MAX_VALUE_LENGTH).toWellFormed());
  const text = Array.from(bytes, byte => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9._/:@+-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
  return text.replaceAll('--', '-%2D').replace(/^-|-$/g, '%2D');
}

function decode(value: string): string | null {
  if (!VALUE.test(value)) return null;
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}
