import { DeadweightError } from '../base/errors.ts';

export interface ListRules {
  /** Commas belong to the value: only line ends part entries. */
  readonly keepCommas?: boolean;
  /** Double quotes are ordinary characters. */
  readonly keepQuotes?: boolean;
  /** White space around an entry is a part of it. */
  readonly keepSpace?: boolean;
}

/**
 * Reads a list as docker/build-push-action's inputs are read (csv-parse with relaxed quotes): entries are parted by
 * line ends and, unless `keepCommas`, by commas; a field in double quotes may hold both, `""` is a quote in it.
 * Entries are trimmed unless `keepSpace`, empty ones left out.
 * @throws DeadweightError `usage` when a quote is never closed.
 */
export function readList(text: string, rules: ListRules = {}): readonly string[] {
  const entries: string[] = [];
  for (const record of csvRecords(text, rules.keepQuotes !== true)) {
    if (rules.keepCommas) entries.push(record.join(','));
    else if (record.length === 1) entries.push(...(record[0] ?? '').split(','));
    else entries.push(...record);
  }
  return entries.filter(entry => entry !== '').map(entry => (rules.keepSpace ? entry : entry.trim()));
}

/**
 * The records of a CSV text; empty lines are left out. The first line end says what all others are, as csv-parse finds
 * it out: another one is a character.
 * @throws DeadweightError `usage` when a quote is never closed.
 */
export function csvRecords(text: string, quotes: boolean): readonly (readonly string[])[] {
  const records: string[][] = [];
  let record: string[] = [];
  let field = '';
  let index = 0;
  const endRecord = (): void => {
    if (record.length > 0 || field !== '') records.push([...record, field]);
    record = [];
    field = '';
  };
  const lineEndAt = lineEndFinder(text);
  while (index < text.length) {
    const char = text.charAt(index);
    if (quotes && char === '"' && field === '') {
      const quoted = readQuoted(text, index, lineEndAt);
      field += quoted.value;
      index = quoted.next;
      continue;
    }
    const lineEnd = lineEndAt(index);
    if (lineEnd > 0) endRecord();
    else if (char === ',') {
      record.push(field);
      field = '';
    } else field += char;
    index += lineEnd || 1;
  }
  endRecord();
  return records;
}

/** Tells how many characters the line end at an offset has; 0 where there is none. */
function lineEndFinder(text: string): (at: number) => number {
  let lineEnd: string | undefined;
  return at => {
    lineEnd ??= ['\r\n', '\n', '\r'].find(each => text.startsWith(each, at));
    return lineEnd !== undefined && text.startsWith(lineEnd, at) ? lineEnd.length : 0;
  };
}

/** A field that opens with a quote. When something follows its closing quote, the quotes were ordinary characters. */
function readQuoted(
  text: string,
  start: number,
  lineEndAt: (at: number) => number,
): { value: string; next: number } {
  let value = '';
  for (let index = start + 1; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char !== '"') {
      value += char;
      continue;
    }
    const next = text.charAt(index + 1);
    if (next === '"') {
      value += char;
      index += 1;
    } else if (next === '' || next === ',' || lineEndAt(index + 1) > 0) return { value, next: index + 1 };
    else return { value: `"${value}"`, next: index + 1 };
  }
  throw new DeadweightError('usage', {
    message: 'A list among the build inputs opens a double quote and never closes it.',
    remedy: 'Close the quote, and write a quote inside a quoted value twice.',
  });
}

/** One record of CSV, as buildx reads the values of `--output` and `--secret`. */
export function csvLine(fields: readonly string[]): string {
  return fields.map(field => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',');
}
