import { lazy } from './lazy.ts';

/**
 * Text from images, Dockerfiles, builds, registries and pull requests is untrusted: it may hold escape sequences, line
 * breaks, bidirectional overrides, characters without width, and commands of the runner whose log shows it. This module
 * makes it safe: `MEDIA` says what each medium needs. Markdown's own grammar is in report/markdown/markdown-text.ts.
 */

/** What one medium needs. */
interface Medium {
  /** Hidden characters, without those that the medium itself is written with. */
  readonly hidden: () => RegExp;
  /** What stands in place of them. */
  readonly substitute: (hidden: string) => string;
  /** `plain`: every space character becomes U+0020. `single`: every run of white space does. */
  readonly space: 'kept' | 'plain' | 'single';
  /** Leaves no command to a runner; null where another medium shows the text in the end, and does. */
  readonly disarm: ((text: string) => string) | null;
}

/** A sequence that colours a terminal or moves its cursor (ECMA-48, 5.4). */
const SEQUENCE = '\\u001b\\[[0-9;?]*[ -/]*[@-~]';

/** What emoji and the glyphs of terminal fonts are written with: it hides nothing in a message or a log. */
const GLYPHS = '\\p{Variation_Selector}\\p{Co}';

/** A part of a phrase, to which a renderer adds the escapes of its medium. */
const PHRASE: Medium = { hidden: lazy(() => hidden()), substitute: spell, space: 'plain', disarm: null };

/** A part of a line of a diff on a terminal. */
const DIFF: Medium = {
  hidden: lazy(() => hidden('\\t')),
  substitute: spell,
  space: 'plain',
  disarm: withoutMarks,
};

const MEDIA = {
  /** A part of a sentence. */
  message: { hidden: lazy(() => hidden(GLYPHS)), substitute: replacement, space: 'kept', disarm: null },
  phrase: PHRASE,
  /** A line of Markdown, which makes entities of commands. */
  markdown: { hidden: lazy(() => hidden()), substitute: spell, space: 'single', disarm: null },
  /** A part of a line of the terminal report. */
  terminal: { hidden: lazy(() => hidden()), substitute: spell, space: 'single', disarm: withoutMarks },
  diff: DIFF,
  /** A line of a build's output. */
  log: {
    hidden: lazy(() => hidden(GLYPHS, SEQUENCE)),
    substitute: blank,
    space: 'kept',
    disarm: withoutCommands,
  },
  /** The lines of an error on standard error. */
  error: {
    hidden: lazy(() => hidden(`\\n\\t${GLYPHS}`)),
    substitute: replacement,
    space: 'kept',
    disarm: withoutCommands,
  },
  /** A JSON document, in which only strings can hold any of it. */
  json: {
    hidden: lazy(() => hidden('\\n')),
    substitute: escapeUnits,
    space: 'kept',
    disarm: text => text.replaceAll('##[', '##\\u005b'),
  },
} as const satisfies Readonly<Record<string, Medium>>;

export type MediumName = keyof typeof MEDIA;

/**
 * @param kept characters that are none of them, as a character class has them
 * @param more a pattern of what else is hidden
 */
function hidden(kept = '', more = ''): RegExp {
  const except = kept && `(?![${kept}])`;
  const character = '[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}]';
  return new RegExp(`${more && `${more}|`}${except}${character}`, 'gu');
}

function replacement(): string {
  return '\ufffd';
}

/** A sequence is gone; a character leaves its place. */
function blank(hidden: string): string {
  return hidden.startsWith('\u001b[') ? '' : ' ';
}

const NAMES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** `\n`, `\x1b`, `\u{202e}`. */
function spell(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return NAMES[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`);
}

/** `\ud83d\ude00`: JSON escapes code units. */
function escapeUnits(character: string): string {
  return character.replace(/[\s\S]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const SPACES = { kept: null, plain: /\p{Zs}/gu, single: /\s+/g } as const;

/** What every medium shows as it is, but for runs of spaces. */
const PLAIN = /^[ !"$-9;-~]*$/;

/** Text as a medium can show it. Making it safe twice changes nothing. */
export function safeText(text: string, medium: MediumName): string {
  return madeSafe(text, MEDIA[medium]);
}

function madeSafe(text: string, { hidden, substitute, space, disarm }: Medium): string {
  if (PLAIN.test(text) && !(space === 'single' && text.includes('  '))) return text;
  const spaces = SPACES[space];
  const shown = (spaces ? text.replace(spaces, ' ') : text).replace(hidden(), substitute);
  return disarm ? disarm(shown) : shown;
}

/** A line of a diff. The page has this one without the table of all media. */
export function safeDiff(line: string): string {
  return madeSafe(line, DIFF);
}

/** Whether the medium shows all of the text as it is, but for spaces and commands. */
export function hidesNothing(text: string, medium: MediumName): boolean {
  return text.search(MEDIA[medium].hidden()) < 0;
}

/** Whether a line of a diff is shown as it is, but for spaces and commands. */
export function isSeenInDiff(line: string): boolean {
  return line.search(DIFF.hidden()) < 0;
}

/** White space and our own colours may stand before what a runner reads as the first characters of a line. */
const START = /^((?:[^\S\n\r\u2028\u2029]|\u0085|\u001b\[[\d;]*m)*):(?=:)/gm;

/**
 * Whole lines without a runner's commands. It takes a line for one when it starts with two colons, white space aside,
 * or holds `##[` anywhere (actions/runner, src/Runner.Common/ActionCommand.cs); a carriage return ends a line for it.
 */
export function withoutCommands(lines: string): string {
  return withoutMarks(lines.replace(START, '$1\\:'));
}

/** Whether a runner would read a line as a command. */
export function holdsCommand(line: string): boolean {
  return /##\[|^\s*::/.test(line);
}

/** A part of a line that gives no command, wherever in the line it stands. */
function withoutMarks(text: string): string {
  return text.replaceAll('##[', '#\\#[');
}

const SEQUENCES = new RegExp(SEQUENCE, 'g');

/** Text without the sequences that colour a terminal or move its cursor. */
export function withoutSequences(text: string): string {
  return text.replace(SEQUENCES, '');
}

/** Spells out control, format and invisible characters, for a phrase: `\n`, `\x1b`, `\u{202e}`. */
export function visible(text: string): string {
  return madeSafe(text, PHRASE);
}

/** A name or a reason inside a message, at most 200 characters. */
export function printable(text: string): string {
  return clip(safeText(text.slice(0, MAX_READ), 'message'), 200);
}

/** A name inside a message, in quotation marks: `"a\u001bb"`. */
export function quote(text: string, max = 100): string {
  return safeText(JSON.stringify(clip(text, max)), 'json');
}

/** Characters that are looked at of a text that is shown short: it may have megabytes. */
export const MAX_READ = 8192;

/** The visible text in at most `max` characters; what is spelled out is not cut. */
export function brief(text: string, max: number): string {
  return clipVisible(visible(text.slice(0, MAX_READ)), max);
}

/** The visible text on one line, in at most `max` characters; what is spelled out is not cut. */
export function briefLine(text: string, max: number): string {
  return clipVisible(visible(oneLine(text.slice(0, MAX_READ))), max);
}

/** The beginning of what `spell` writes, before the ellipsis of a cut. */
const CUT_SPELLING = /\\(?:x[0-9a-f]?|u\{?[0-9a-f]{0,6})?…$/;

function clipVisible(shown: string, max: number): string {
  const clipped = clip(shown, max);
  return clipped === shown ? shown : clipped.replace(CUT_SPELLING, '…');
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

/** At most `max` characters (code points), cut in the middle: both ends of a path tell something. */
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
  return clipMiddle(visible(`/${path.slice(0, MAX_READ)}`), max);
}
