import { formatSize, plural } from '../../base/number-text.ts';
import { phrase } from '../../base/phrase.ts';
import { displayPath } from '../../base/untrusted-text.ts';
import { LayerPlaces } from '../layer-name.ts';
import type { Report } from '../report.ts';
import { shownWaste, wasteReason } from '../wasted-paths.ts';
import { codeSpan, phraseMarkdown } from './markdown-text.ts';
import { type Section, table } from './section.ts';
import { squashMarkdown } from './squash-markdown.ts';

/** null when nothing is wasted. */
export function wasteSection(report: Report, max: number): Section | null {
  const { wastedFilesTotal, context } = report;
  const { listed, unlisted } = shownWaste(report, max);
  if (listed.length === 0) return null;
  const places = new LayerPlaces(report);
  const body = table(
    [
      { title: 'bytes', align: 'right' },
      { title: 'path, and what became of it', align: 'left' },
    ],
    listed.map(file => [
      formatSize(file.bytes),
      `${codeSpan(displayPath(file.path))}<br>${phraseMarkdown(
        phrase`${wasteReason(file)}: ${places.of(file.writtenBy)} → ${places.of(file.hiddenBy)}`,
        context,
      )}`,
    ]),
  );
  const tail = unlisted.length === 0 ? '' : `\n\nA${unlisted.join('; ').slice(1)}.`;
  const total = `${formatSize(wastedFilesTotal.bytes)} in ${plural(wastedFilesTotal.paths, 'path')}`;
  return {
    name: 'Largest waste',
    summary: phrase`Largest waste: ${total}`,
    body: `${body}${tail}${squashMarkdown(report, 'waste')}`,
    open: false,
  };
}
