import { columnsOf, graphemesOf } from '../text-width.ts';

/** Cuts a plain text to at most `columns` columns. */
export type Cut = (text: string, columns: number) => string;

/** The text in at most `columns` columns, with an ellipsis where its end was cut. Plain text only. */
export function fitEnd(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  return columns < 1 ? '' : `${startOf(text, columns - 1)}…`;
}

/** The text in at most `columns` columns, with an ellipsis where its middle was cut. Plain text only. */
export function fitMiddle(text: string, columns: number): string {
  if (columnsOf(text) <= columns || columns < 3) return fitEnd(text, columns);
  const head = startOf(text, Math.ceil(columns / 2) - 1);
  const room = columns - 1 - columnsOf(head);
  let tail = '';
  for (const grapheme of graphemesOf(text).toReversed()) {
    if (columnsOf(grapheme) + columnsOf(tail) > room) break;
    tail = `${grapheme}${tail}`;
  }
  return `${head}…${tail}`;
}

/** As many whole characters from the start of the text as `columns` columns have. */
function startOf(text: string, columns: number): string {
  let kept = '';
  let used = 0;
  for (const grapheme of graphemesOf(text)) {
    used += columnsOf(grapheme);
    if (used > columns) break;
    kept += grapheme;
  }
  return kept;
}

/** A cut of one text may make it like another of the same list: so often they are cut anew. */
const MAX_ROUNDS = 8;

/**
 * The texts of a list, each in at most `columns` columns. Those that would look alike lose what they begin with alike
 * instead: `RUN apt-get install -y vim` and `RUN apt-get install -y nano` become `RUN ap…vim` and `RUN ap…nano`. Those that no
 * cut tells apart are numbered.
 */
export function fitDistinct(texts: readonly string[], columns: number, cut: Cut): readonly string[] {
  const shown = new Map(texts.map(text => [text, cut(text, columns)]));
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const groups = alikeGroups(shown);
    if (groups.length === 0) break;
    for (const group of groups) {
      const fitted = round === 0 ? cutAtDifference(group, columns, cut) : cutAlike(group, columns, cut);
      group.forEach((text, index) => {
        shown.set(text, fitted[index] ?? text);
      });
    }
  }
  for (const group of alikeGroups(shown)) numberAlike(group, columns, shown);
  return texts.map(text => shown.get(text) ?? text);
}

/** The texts of which several are shown alike. */
function alikeGroups(shown: ReadonlyMap<string, string>): readonly (readonly string[])[] {
  const alike = Map.groupBy(shown.keys(), text => shown.get(text) ?? '');
  return [...alike.values()].filter(group => group.length > 1);
}

/** Of the ways to cut a group the one that tells most of it apart; of equals the first. */
function cutAlike(group: readonly string[], columns: number, cut: Cut): readonly string[] {
  const ways = [
    group.map(text => cutToLastWord(text, columns)),
    group.map(text => fitMiddle(text, columns)),
    cutAtDifference(group, columns, cut, true),
  ];
  const counts = ways.map(way => new Set(way).size);
  return ways[counts.indexOf(Math.max(...counts))] ?? group;
}

/** `RUN apt-get install…vim`. */
function cutToLastWord(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  const word = text.slice(wordStart(text, text.trimEnd().length));
  const room = columns - 1 - columnsOf(word);
  return room < columns / 4 ? fitMiddle(text, columns) : `${startOf(text, room)}…${word}`;
}

/** @param isTight shows nothing of what is alike next to the difference: with more of it, it was cut off */
function cutAtDifference(
  group: readonly string[],
  columns: number,
  cut: Cut,
  isTight = false,
): readonly string[] {
  const shared = sharedLength(group);
  const start = isTight ? shared : wordStart(group[0] ?? '', shared);
  const longest = group.reduce((most, text) => Math.max(most, columnsOf(text.slice(start))), 0);
  const room = Math.max(Math.floor(columns / 4), columns - 1 - longest);
  return group.map(text => {
    // What the others go on after would end in nothing.
    if (text.length === start) return cutToLastWord(text, columns);
    const head = startOf(text.slice(0, start), room);
    const rest = cut(text.slice(start), columns - columnsOf(head) - 1);
    return head.length === start ? `${head}${rest}` : `${head}…${rest}`;
  });
}

/** `RUN apt-get upd… (2)`: by their place in the list, with numbers that no other text ends in. */
function numberAlike(group: readonly string[], columns: number, shown: Map<string, string>): void {
  const used = new Set(shown.values());
  let number = 1;
  for (const text of group) {
    let numbered: string;
    do {
      const mark = ` (${number})`;
      // So few columns tell nothing.
      if (mark.length >= columns) return;
      numbered = `${cutToLastWord(text, columns - mark.length)}${mark}`;
      number += 1;
    } while (used.has(numbered));
    used.add(numbered);
    shown.set(text, numbered);
  }
}

/** UTF-16 units that all begin with. */
function sharedLength([first = '', ...others]: readonly string[]): number {
  let length = 0;
  for (const grapheme of graphemesOf(first)) {
    if (!others.every(text => text.startsWith(grapheme, length))) break;
    length += grapheme.length;
  }
  return length;
}

/** Longer words are not shown from their start on. UTF-16 units. */
const MAX_WORD = 16;

/** Where the word or the part of a path begins that the place is in. */
function wordStart(text: string, place: number): number {
  const start = Math.max(...[' ', '/', '=', ':'].map(sign => text.lastIndexOf(sign, place - 1))) + 1;
  if (place - start <= MAX_WORD) return start;
  return (
    place -
    graphemesOf(text.slice(0, place))
      .slice(-MAX_WORD / 4)
      .join('').length
  );
}
