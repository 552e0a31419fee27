import { type Phrase, placeName } from '../../base/phrase.ts';
import type { Report } from '../report.ts';
import type { Cell } from './columns.ts';

const WIDE = 100;

/** How tables name places: `Dockerfile:3`, or `:3` where width is short and there is only one file anyway. */
export function placeCells(report: Report, width: number): (content: Phrase) => Cell {
  const files = new Set(report.layers.flatMap(layer => layer.instruction?.file ?? []));
  const isShort = width < WIDE && files.size === 1;
  return content =>
    content.map(part => {
      if (part.kind !== 'place') return { text: part.text, tone: 'none' };
      const text = isShort ? `:${part.location.startLine}` : placeName(part.location, 24);
      return { text, tone: 'place' };
    });
}
