import { cpus } from 'node:os';
import type { RowPlan } from './route.ts';

/** One route, measured. Times in seconds, memory in bytes; null where it was not measured. */
export interface Measured {
  readonly name: string;
  readonly floor: string;
  readonly seconds: number;
  readonly floorSeconds: number;
  /** Times the floor: the median of pairs. */
  readonly ratio: number;
  /** What others need for the same, which is taken off before; null where nothing is. */
  readonly lessSeconds: number | null;
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

/**
 * The page of the guide, in Markdown.
 * @param missing what could not be measured on this machine
 */
export function performancePage(
  measured: readonly Measured[],
  missing: readonly Pick<RowPlan, 'name'>[],
  growth: readonly Growth[],
): string {
  const unmeasured = missing.map(({ name }) => `- ${name}\n`).join('');
  return `# Performance

Written by \`npm run bench\`, on ${cpus().length} cores with Node ${process.versions.node}. Ratios are medians of at least five rounds, in each of
which everything that is compared ran in turn on one machine; seconds are there for their size alone. A ratio's floor is the
least that any program needs: reading the archive, decompressing its layers, or taking from the engine what it sends.
Of a build or a push the floor is what docker itself needs, and of a second weighing what Node needs to start. Two images
are compared by what their snapshots say, and held against weighing one of them. Scans are not kept between the runs, so
each does all of the work, unless the line says otherwise.

${HEAD}
${measured.map(rowOf).join('\n')}

${unmeasured === '' ? '' : `Not measured on this machine:\n\n${unmeasured}\n`}## How it grows

${growth.map(plots).join('\n\n')}
`;
}

const HEAD = `| route | time | floor | ratio | promised | peak memory | promised | with findings, times without |
| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |`;

/** The page with some lines measured anew: in their places, and those that are new behind the others. */
export function withRows(page: string, measured: readonly Measured[]): string {
  const lines = page.split('\n');
  for (const each of measured) {
    const missing = lines.indexOf(`- ${each.name}`);
    if (missing >= 0) lines.splice(missing, 1);
    const at = lines.findIndex(line => line.startsWith(`| ${each.name} |`));
    if (at >= 0) lines[at] = rowOf(each);
    else lines.splice(lines.findLastIndex(line => line.startsWith('| ')) + 1, 0, rowOf(each));
  }
  return lines.join('\n').replace(/Not measured on this machine:\n\n(?!- )/, '');
}

/** A line of the table. */
export function rowOf(each: Measured): string {
  const {
    name,
    seconds,
    floor,
    floorSeconds,
    lessSeconds,
    ratio,
    mostTimes,
    peakBytes,
    mostBytes,
    findings,
  } = each;
  const over = (measured: number | null, most: number | null): string =>
    measured !== null && most !== null && measured > most ? ' **over**' : '';
  const less = lessSeconds === null ? '' : `, over docker's own ${lessSeconds.toFixed(2)} s`;
  return `| ${[
    name,
    `${seconds.toFixed(2)} s`,
    `${floor}: ${floorSeconds.toFixed(2)} s${less}`,
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
