import { largest, smallest } from './series.ts';

const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/**
 * Numbers as a line of blocks: the least is the lowest block, the most the highest. Where there are more numbers than
 * columns, a column shows the last of its share. Equal numbers are a flat line.
 */
export function sparkline(numbers: readonly number[], columns: number): string {
  const width = Math.max(1, Math.min(numbers.length, columns));
  const [least, most] = [smallest(numbers), largest(numbers)];
  return Array.from({ length: width }, (_column, index) => {
    const value = numbers[Math.floor(((index + 1) * numbers.length) / width) - 1] ?? least;
    const share = most === least ? 0 : (value - least) / (most - least);
    return LEVELS[Math.round(share * (LEVELS.length - 1))] ?? LEVELS[0];
  }).join('');
}
