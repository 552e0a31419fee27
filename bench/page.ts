import { cpus } from 'node:os';

/** One route, measured. Times in seconds, memory in bytes; null where it was not measured. */
export interface Measured {
  readonly name: string;
  readonly floor: string;
  readonly seconds: number;
  readonly floorSeconds: number;
  /** Times the floor: the median of pairs. */
  readonly ratio: number;
  readonly mostTimes: number | null;
  readonly peakBytes: number | null;
  readonly mostBytes: number | null;
  /** Times the same without findings and packages. */
  readonly findings: number | null;
  /** Times the other bundle that was measured in turn. */
  readonly before: number | null;
}

export interface Growth {
  readonly what: string;
  readonly points: readonly {
    readonly label: string;
    readonly seconds: number;
    readonly peakBytes: number | null;
  }[];
}

const MB = 1_000_000;

/** The page of the guide, in Markdown. */
export function performancePage(measured: readonly Measured[], growth: readonly Growth[]): string {
  return `# Performance

Written by \`npm run bench\`, on ${cpus().length} cores with Node ${process.versions.node}. Ratios are medians of pairs that ran in turn on one
machine; seconds are there for their size alone. A ratio's floor is the least that any program needs: reading the archive,
or decompressing its layers. Two images are compared by what their snapshots say, and held against weighing one of them.
Scans are not kept between the runs, so each does all of the work.

| route | time | floor | ratio | promised | peak memory | promised | with findings, times without |
| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |
${measured.map(row).join('\n')}

## How it grows

${growth.map(plots).join('\n\n')}
`;
}

function row(each: Measured): string {
  const { name, seconds, floor, floorSeconds, ratio, mostTimes, peakBytes, mostBytes, findings } = each;
  const over = (measured: number | null, most: number | null): string =>
    measured !== null && most !== null && measured > most ? ' **over**' : '';
  return `| ${[
    name,
    `${seconds.toFixed(2)} s`,
    `${floor}: ${floorSeconds.toFixed(2)} s`,
    `${ratio.toFixed(2)} ×${over(ratio, mostTimes)}`,
    mostTimes === null ? '' : `≤ ${mostTimes} ×`,
    peakBytes === null ? '' : `${(peakBytes / MB).toFixed(0)} MB${over(peakBytes, mostBytes)}`,
    mostBytes === null ? '' : `≤ ${mostBytes / MB} MB`,
    findings === null ? '' : `${findings.toFixed(2)} ×`,
  ].join(' | ')} |`;
}

function plots({ what, points }: Growth): string {
  const labels = points.map(({ label }) => `"${label}"`).join(', ');
  return `### With ${what}

${plot(
  labels,
  'seconds',
  points.map(({ seconds }) => seconds.toFixed(2)),
)}

${plot(
  labels,
  'megabytes',
  points.map(({ peakBytes }) => ((peakBytes ?? 0) / MB).toFixed(0)),
)}`;
}

function plot(labels: string, unit: string, values: readonly string[]): string {
  return `\`\`\`mermaid
xychart-beta
  x-axis [${labels}]
  y-axis "${unit}" 0 --> ${(1.2 * Math.max(...values.map(Number))).toFixed(1)}
  bar [${values.join(', ')}]
\`\`\``;
}
