/** A line of a change: one that stays, one that goes, or one that comes. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Beyond it a change is shown as all of the one and all of the other: the table grows with the product. */
const MAX_CELLS = 250_000;

/** The shortest way from some lines to others; what goes stands before what comes. */
export function lineDiff(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  if (before.length * after.length > MAX_CELLS) return [...signLines('-', before), ...signLines('+', after)];
  const common = commonLengths(before, after);
  const lines: DiffLine[] = [];
  let [old, now] = [0, 0];
  while (old < before.length || now < after.length) {
    const [a, b] = [before[old], after[now]];
    if (a !== undefined && a === b) {
      lines.push({ sign: ' ', text: a });
      old += 1;
      now += 1;
    } else if (a !== undefined && (b === undefined || at(common, old + 1, now) >= at(common, old, now + 1))) {
      lines.push({ sign: '-', text: a });
      old += 1;
    } else {
      lines.push({ sign: '+', text: b ?? '' });
      now += 1;
    }
  }
  return lines;
}

/** By the places in both: how many lines of the rests are common to them, in order. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly Uint32Array[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let old = before.length - 1; old >= 0; old -= 1) {
    const row = rows[old] ?? new Uint32Array();
    for (let now = after.length - 1; now >= 0; now -= 1) {
      row[now] =
        before[old] === after[now]
          ? at(rows, old + 1, now + 1) + 1
          : Math.max(at(rows, old + 1, now), at(rows, old, now + 1));
    }
  }
  return rows;
}

function at(rows: readonly Uint32Array[], old: number, now: number): number {
  return rows[old]?.[now] ?? 0;
}

function signLines(sign: DiffLine['sign'], lines: readonly string[]): readonly DiffLine[] {
  return lines.map(text => ({ sign, text }));
}
