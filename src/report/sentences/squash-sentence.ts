import { formatSize, plural } from '../../base/number-text.ts';
import { enumerate, type Phrase, phrase, place } from '../../base/phrase.ts';
import type { Report, ReportSquash } from '../report.ts';

/** What merging layers of the image would bring, and what it costs, without a full stop. */
export function squashSentence(report: Report, squash: ReportSquash): Phrase {
  const lead = leadOf(report, squash);
  return phrase`${lead === '' ? 'Merging' : `${lead}, merging`} ${squashClause(report, squash)}`;
}

/** Behind what it mends: `merging layers 40 to 45 into one of 2.1 MB … leaves 125 layers`. */
export function squashExcess(report: Report, squash: ReportSquash): Phrase {
  return phrase`merging ${squashClause(report, squash)}`;
}

/** A fix is the better way: it costs no layer that others share. */
function leadOf({ findings }: Report, squash: ReportSquash): string {
  if (!squash.fixesFirst) return 'Without a new build';
  return addedBytes(squash) > 0 && findings.some(({ saving }) => saving !== null) ? 'Beyond the fixes' : '';
}

function squashClause({ layers }: Report, squash: ReportSquash): Phrase {
  const ranges = enumerate(
    squash.ranges.map(range => phrase`${layersOf(range, layers)} into one of ${formatSize(range.size)}`),
  );
  const isEmpty = squash.ranges.every(({ size }) => size === 0);
  const cost = isEmpty ? '' : ', pulled whole at any change,';
  const left = `leaves ${plural(squash.layerCount, 'layer')}`;
  return phrase`${ranges}${cost} ${freesClause(squash)}${left}`;
}

type Range = ReportSquash['ranges'][number];

/** `layers 3 to 7 (Dockerfile:4 to Dockerfile:9)`, as the table of a terminal numbers them. */
function layersOf({ first, last }: Range, layers: Report['layers']): Phrase {
  const [from, to] = [first, last].map(index => layers[index]?.instruction ?? null);
  const numbers = `layers ${first} ${last === first + 1 ? 'and' : 'to'} ${last}`;
  return from && to ? phrase`${numbers} (${place(from)} to ${place(to)})` : phrase`${numbers}`;
}

/** Empty where nothing is freed that fixes do not free. */
function freesClause(squash: ReportSquash): string {
  const [all, added] = [sum(squash, 'bytes'), addedBytes(squash)];
  if (added === 0) return '';
  const fixed = all > added ? ` (${formatSize(all)} with what fixes free)` : '';
  return `frees ${formatSize(added)}${fixed} and `;
}

function addedBytes(squash: ReportSquash): number {
  return sum(squash, 'addedBytes');
}

function sum({ ranges }: ReportSquash, what: keyof Range['saving']): number {
  return ranges.reduce((total, { saving }) => total + saving[what], 0);
}
