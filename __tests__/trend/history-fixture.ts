import type { History } from '../../src/trend/history.ts';
import type { HistoryLine } from '../../src/trend/history-line.ts';

/** When the histories of these tests end. Milliseconds since the epoch. */
export const NOW = Date.UTC(2026, 10, 28, 12);
const DAY = 86_400_000;

/** A commit by its number: `0000007` and further. */
export function commitOf(number: number): string {
  return number.toString(16).padStart(7, '0').padEnd(40, 'c');
}

export function lineOf(changes: Partial<HistoryLine> = {}): HistoryLine {
  return {
    version: 1,
    key: 'app/linux/amd64',
    title: 'app',
    platform: 'linux/amd64',
    commit: commitOf(1),
    time: new Date(NOW).toISOString(),
    branch: 'main',
    run: '4711-1',
    pullRequest: null,
    size: 398_100_000,
    compressedSize: 140_000_000,
    layerCount: 9,
    efficiency: 0.971,
    wastedBytes: 4_000_000,
    ...changes,
  };
}

/** Lines of these sizes, so many days apart, the last of them now; every third merged a pull request. */
export function linesOf(sizes: readonly number[], days = 3): readonly HistoryLine[] {
  return sizes.map((size, index) =>
    lineOf({
      size,
      commit: commitOf(index + 1),
      time: new Date(NOW - (sizes.length - 1 - index) * days * DAY).toISOString(),
      pullRequest: index % 3 === 2 ? 100 + index : null,
    }),
  );
}

export function historyOf(lines: readonly HistoryLine[]): History {
  return { entries: lines.map(line => ({ kind: 'line', line })), unread: null };
}

/** Forty commits in four months, with a jump up and a smaller one down. */
export function growing(): readonly HistoryLine[] {
  const sizes = Array.from({ length: 40 }, (_, index) => {
    const jumps = (index >= 22 ? 21_300_000 : 0) - (index >= 31 ? 8_900_000 : 0);
    return 398_100_000 + index * 310_000 + jumps;
  });
  return linesOf(sizes);
}
