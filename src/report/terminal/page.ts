import { placeName, type SourceLines } from '../../base/phrase.ts';
import type { Report } from '../report.ts';
import { type Paint, painter } from './style.ts';

export interface TerminalOptions {
  /** Width of the terminal in columns; 80 where it is not known (0, NaN). */
  readonly columns: number;
  readonly color: boolean;
}

/** What lines are written for. */
export interface Page {
  /** Columns of tables. */
  readonly width: number;
  /** Columns of sentences: longer lines are hard to read. */
  readonly proseWidth: number;
  readonly paint: Paint;
  /** The one Dockerfile that all is about: it is named once, and its lines are `:3`. null where there are none or several. */
  readonly dockerfile: string | null;
}

const DEFAULT_WIDTH = 80;
/** Nothing is laid out in less. */
const MIN_WIDTH = 40;
const MAX_WIDTH = 240;
const MAX_PROSE_WIDTH = 120;

export function makePage({ columns, color }: TerminalOptions, dockerfile: string | null): Page {
  const width = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.trunc(columns) || DEFAULT_WIDTH));
  return { width, proseWidth: Math.min(MAX_PROSE_WIDTH, width), paint: painter(color), dockerfile };
}

/** `:3`, `api/Dockerfile:3`. */
export function nameLine(location: SourceLines, { dockerfile }: Page): string {
  return isIn(location.file, dockerfile)
    ? `:${location.startLine}`
    : placeName(location, Number.POSITIVE_INFINITY);
}

/** BuildKit's warnings have the name of the file without its folder. */
function isIn(file: string, dockerfile: string | null): boolean {
  return dockerfile !== null && (file === dockerfile || dockerfile.endsWith(`/${file}`));
}

/** The file that all lines of a report are of; null where there are none, or several files. A line of any other is named in full. */
export function onlyDockerfile({ layers, build, findings, comparison }: Report): string | null {
  const places = [
    ...layers.map(({ instruction }) => instruction),
    ...findings.flatMap(({ location, related }) => [location, related]),
    ...(build?.steps ?? []).map(({ instruction }) => instruction),
    ...(comparison?.layers ?? []).flatMap(({ instruction, baselineInstruction }) => [
      instruction,
      baselineInstruction,
    ]),
    ...[...(comparison?.causes ?? []), ...(comparison?.moved ?? [])]
      .flatMap(({ head, baseline }) => [...head, ...baseline])
      .map(({ instruction }) => instruction),
    ...(comparison?.causes ?? []).map(({ waste }) => waste?.instruction),
    ...(comparison?.settings ?? []).map(({ instruction }) => instruction),
  ];
  const files = new Set(places.flatMap(place => place?.file ?? []));
  const [first] = files;
  if (first === undefined || files.size > 1) return null;
  const isWarnedOf = (build?.warnings ?? []).every(({ file }) => file === null || isIn(file, first));
  return isWarnedOf ? first : null;
}
