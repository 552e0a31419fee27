import { formatSizeDelta, plural } from '../../base/number-text.ts';
import { code, type Phrase, phrase, place, strong } from '../../base/phrase.ts';
import { instructionTitle } from '../layer-name.ts';
import type { Report, ReportCause } from '../report.ts';
import { causeContents, namedParts, packageCounts } from './cause-contents.ts';

const HOW: Readonly<Record<ReportCause['kind'], string | null>> = {
  'base-image': null,
  'instruction-added': 'new',
  'instruction-removed': 'removed',
  'instruction-changed': 'changed',
  'instruction-rebuilt': 'rebuilt with other content',
  layers: null,
};

/** `+38.2 MB RUN apt-get install … (Dockerfile:3, changed) added vim-runtime 36.1 MB, vim 3.8 MB and 4 more …`. */
export function causeSentence(cause: ReportCause, max = 80): Phrase {
  return phrase`${strong(formatSizeDelta(cause.bytes))} ${causeSubject(cause, max)}${causeContents(cause)}`;
}

/** `RUN apt-get install … (Dockerfile:3, changed)`, `the base image debian:bookworm (Dockerfile:1)`. */
export function causeSubject(cause: ReportCause, max: number): Phrase {
  if (cause.kind === 'base-image') return baseSubject(cause, max);
  const known = cause.instruction !== null || cause.createdBy !== '';
  const title = known ? phrase`${code(instructionTitle(cause, max), max)}` : phrase`other layers`;
  const where = cause.instruction && phrase`${place(cause.instruction)}`;
  return phrase`${title}${inParentheses(where, HOW[cause.kind])}`;
}

/** `the base image debian:bookworm (Dockerfile:1, 2 packages updated)`: counted where none is worth its name. */
function baseSubject(cause: ReportCause, max: number): Phrase {
  const { createdBy, instruction, packageTotals } = cause;
  const name = createdBy === '' ? [] : phrase` ${code(createdBy, max)}`;
  const counts = namedParts(cause).packages.length > 0 ? null : packageCounts(packageTotals);
  return phrase`the base image${name}${inParentheses(instruction && phrase`${place(instruction)}`, counts)}`;
}

function inParentheses(...parts: readonly (Phrase | string | null)[]): Phrase {
  const shown = parts.filter(part => part !== null).map(part => phrase`${part}`);
  if (shown.length === 0) return [];
  return phrase` (${shown.flatMap((part, index) => (index === 0 ? part : phrase`, ${part}`))})`;
}

/** The causes worth naming: the largest few that move at least a twentieth as much as the first. */
export function leadingCauses(report: Report, max: number): readonly ReportCause[] {
  const causes = movingCauses(report);
  const first = Math.abs(causes[0]?.bytes ?? 0);
  const leading = causes.filter(cause => Math.abs(cause.bytes) * 20 >= first).slice(0, max);
  return causes.length === leading.length + 1 && causes.length <= max ? causes : leading;
}

/** `+1.2 MB in 3 smaller causes`; null when the leading ones are all. */
export function smallerCauses(report: Report, max: number): Phrase | null {
  const rest = movingCauses(report).slice(leadingCauses(report, max).length);
  if (rest.length === 0) return null;
  const bytes = rest.reduce((sum, cause) => sum + cause.bytes, 0);
  return phrase`${strong(formatSizeDelta(bytes))} in ${plural(rest.length, 'smaller cause')}`;
}

function movingCauses(report: Report): readonly ReportCause[] {
  const causes = (report.comparison?.causes ?? []).filter(cause => cause.bytes !== 0);
  return causes.sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes));
}
