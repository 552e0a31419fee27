import { safeText } from '../../base/untrusted-text.ts';
import { columnsOf } from '../text-width.ts';
import type { Tone } from './style.ts';

/** Text from anywhere (it is escaped where it is laid out) and its tone; several runs where it has several tones. */
export type Cell = readonly { readonly text: string; readonly tone: Tone }[];

export function cell(text: string, tone: Tone = 'none'): Cell {
  return [{ text, tone }];
}

export function escapeCell(runs: Cell): Cell {
  return runs.map(({ text, tone }) => ({ text: safeText(text, 'terminal'), tone }));
}

export function cellColumns(runs: Cell): number {
  return runs.reduce((sum, run) => sum + columnsOf(run.text), 0);
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** A bar of a whole: `part` of `total` in `columns` columns, its last `wasted` bytes in another pattern. */
export function bar(part: number, wasted: number, total: number, columns: number): Cell {
  if (total <= 0 || part <= 0) return [];
  const share = (bytes: number) => Math.min(1, bytes / total) * columns;
  const hatched =
    wasted > 0 ? Math.min(Math.round(share(part)) || 1, Math.max(1, Math.round(share(wasted)))) : 0;
  const eighths =
    hatched > 0 ? Math.round(share(part)) * 8 - hatched * 8 : Math.max(1, Math.round(share(part) * 8));
  const solid = `${'█'.repeat(Math.max(0, Math.floor(eighths / 8)))}${EIGHTHS[Math.max(0, eighths % 8)] ?? ''}`;
  return [
    { text: solid, tone: 'place' },
    { text: '░'.repeat(hatched), tone: 'bad' },
  ];
}
