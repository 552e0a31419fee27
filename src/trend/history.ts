import { Buffer } from 'node:buffer';
import { keyName } from '../base/key-name.ts';
import { plural } from '../base/number-text.ts';
import { formatLine, type HistoryLine, type LineReading, readLine } from './history-line.ts';

/** The history of one image on one platform: newline-delimited JSON, one line a commit. */
export interface History {
  /** In the order of the file: that of their runs, not of their commits. */
  readonly entries: readonly HistoryEntry[];
  /** What could not be read, as a part of a sentence (`3 lines that cannot be read`); null where all could. */
  readonly unread: string | null;
}

type HistoryEntry = Exclude<LineReading, { readonly kind: 'unreadable' }>;

export const EMPTY_HISTORY: History = { entries: [], unread: null };

/** How much a history holds: when it would have more, its oldest tenth goes. */
export interface HistoryLimits {
  readonly lines: number;
  /** Bytes of the file. */
  readonly bytes: number;
}

/** Several years of a busy repository. */
const HISTORY_LIMITS: HistoryLimits = { lines: 5000, bytes: 4 * 1024 * 1024 };

/** A larger file is not read: we write none. Bytes. */
export const MAX_HISTORY_BYTES = 2 * HISTORY_LIMITS.bytes;
/** Lines that are read of a file, its last. */
const MAX_READ_LINES = 2 * HISTORY_LIMITS.lines;

const EXTENSION = '.ndjson';

/** The file of a report's history in its branch. */
export function historyFileName(key: string): string {
  return `${keyName(key)}${EXTENSION}`;
}

/** The badge beside it. */
export function badgeFileName(key: string): string {
  return `${keyName(key)}.svg`;
}

/** Whether a file of the branch is a history; what was put aside is none. */
export function isHistoryFile(name: string): boolean {
  return name.endsWith(EXTENSION);
}

/** Where the former file is kept when it holds what cannot be read. @param sha object name of the former file */
export function asideFileName(key: string, sha: string): string {
  return `${keyName(key)}.${sha.slice(0, 12)}.unread`;
}

/** Reads a file that may hold anything: good lines are taken, the others counted. Never throws. */
export function readHistory(text: string): History {
  const entries: HistoryEntry[] = [];
  let [lines, unreadable] = [0, 0];
  let end = text.length;
  // From its end: of a file with too many lines the newest are wanted.
  while (end > 0 && lines < MAX_READ_LINES) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const line = text.slice(start, end).trim();
    end = start - 1;
    if (line === '') continue;
    lines += 1;
    const reading = readLine(line);
    if (reading.kind === 'unreadable') unreadable += 1;
    else entries.push(reading);
  }
  const isCut = end > 0 && text.slice(0, end).trim() !== '';
  return { entries: entries.reverse(), unread: unreadText(unreadable, isCut) };
}

function unreadText(unreadable: number, isCut: boolean): string | null {
  const parts = [
    unreadable === 0 ? null : `${plural(unreadable, 'line')} that cannot be read`,
    isCut ? `lines before the last ${MAX_READ_LINES}` : null,
  ].filter(part => part !== null);
  return parts.length === 0 ? null : parts.join(' and ');
}

/** Lines that only a newer version of Deadweight can read. */
export function countNewer({ entries }: History): number {
  return entries.filter(({ kind }) => kind === 'newer').length;
}

/** The text of the file. What could not be read is not in it. */
export function writeHistory({ entries }: Pick<History, 'entries'>): string {
  return entries.map(entry => `${textOf(entry)}\n`).join('');
}

function textOf(entry: HistoryEntry): string {
  return entry.kind === 'line' ? formatLine(entry.line) : entry.text;
}

/**
 * The history with one line more. A commit that is weighed again has one line, the last.
 * @returns how many of the oldest lines were dropped, as well
 */
export function appendLine(
  history: History,
  line: HistoryLine,
  limits: HistoryLimits = HISTORY_LIMITS,
): { readonly history: History; readonly dropped: number } {
  const others = history.entries.filter(entry => entry.kind !== 'line' || entry.line.commit !== line.commit);
  const entries: readonly HistoryEntry[] = [...others, { kind: 'line', line }];
  const dropped = countExcess(entries, limits);
  return { history: { ...history, entries: entries.slice(dropped) }, dropped };
}

/** A tenth at once, so that it is not told with every push. The last line always stays. */
function countExcess(entries: readonly HistoryEntry[], limits: HistoryLimits): number {
  const sizes = entries.map(entry => Buffer.byteLength(textOf(entry)) + 1);
  let bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (entries.length <= limits.lines && bytes <= limits.bytes) return 0;
  let dropped = 0;
  const isFull = (): boolean => entries.length - dropped > limits.lines * 0.9 || bytes > limits.bytes * 0.9;
  while (dropped < entries.length - 1 && isFull()) {
    bytes -= sizes[dropped] ?? 0;
    dropped += 1;
  }
  return dropped;
}
