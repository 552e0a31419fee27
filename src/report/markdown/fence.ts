/** A code block whose fence is longer than any in its lines, so that none of them ends it. */
export function fenced(language: string, lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.map(longestTicks));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence].join('\n');
}

function longestTicks(line: string): number {
  return Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
}
