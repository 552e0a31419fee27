import { formatSizeDelta } from '../../base/size.ts';
import { instructionTitle } from '../instruction-title.ts';
import { plural } from '../number-text.ts';
import { code, type Phrase, pathCode, phrase, place, strong } from '../phrase.ts';
import type { Report } from '../report.ts';

export type ReportCause = NonNullable<Report['comparison']>['causes'][number];

const HOW: Readonly<Record<ReportCause['kind'], string | null>> = {
  'base-image': null,
  'instruction-added': 'new',
  'instruction-removed': 'removed',
  'instruction-changed': 'changed',
  'instruction-rebuilt': 'rebuilt with other content',
  layers: null,
};

/** `+38.2 MB: RUN apt-get install … (Dockerfile:3, new), mostly /usr/lib/`. */
export function causeSentence(cause: ReportCause, max = 80): Phrase {
  return phrase`${strong(formatSizeDelta(cause.bytes))} ${causeSubject(cause, max)}${mostly(cause)}`;
}

function causeSubject(cause: ReportCause, max: number): Phrase {
  if (cause.kind === 'base-image') {
    return cause.createdBy === ''
      ? phrase`the base image`
      : phrase`the base image ${code(cause.createdBy, max)}`;
  }
  const known = cause.instruction !== null || cause.createdBy !== '';
  const title = known ? phrase`${code(instructionTitle(cause, max), max)}` : phrase`other layers`;
  const where = [cause.instruction ? phrase`${place(cause.instruction)}` : null, HOW[cause.kind]];
  const shown = where.filter(part => part !== null);
  if (shown.length === 0) return title;
  return shown.length === 1
    ? phrase`${title} (${shown[0] ?? ''})`
    : phrase`${title} (${shown[0] ?? ''}, ${shown[1] ?? ''})`;
}

/** The place that moved most, where it is more than half of the cause. */
function mostly(cause: ReportCause): Phrase {
  const top = cause.files[0];
  if (!top || Math.abs(top.bytes) * 2 < Math.abs(cause.bytes) || top.path === '') return [];
  const share = top.bytes === cause.bytes ? 'all of it' : 'mostly';
  return phrase`, ${share} ${pathCode(top.path, 60)}`;
}

/** The causes worth naming: the largest few that move at least a twentieth as much as the first. */
export function leadingCauses(report: Report, most: number): readonly ReportCause[] {
  const causes = movingCauses(report);
  const first = Math.abs(causes[0]?.bytes ?? 0);
  const leading = causes.filter(cause => Math.abs(cause.bytes) * 20 >= first).slice(0, most);
  return causes.length === leading.length + 1 && causes.length <= most ? causes : leading;
}

/** `+1.2 MB in 3 smaller causes`; null when the leading ones are all. */
export function smallerCauses(report: Report, most: number): Phrase | null {
  const rest = movingCauses(report).slice(leadingCauses(report, most).length);
  if (rest.length === 0) return null;
  const bytes = rest.reduce((sum, cause) => sum + cause.bytes, 0);
  return phrase`${strong(formatSizeDelta(bytes))} in ${plural(rest.length, 'smaller cause')}`;
}

function movingCauses(report: Report): readonly ReportCause[] {
  const causes = (report.comparison?.causes ?? []).filter(cause => cause.bytes !== 0);
  return causes.sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes));
}
