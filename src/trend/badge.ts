import { formatSize } from '../base/number-text.ts';

const LABEL = 'image size';
const PADDING = 6;
const HEIGHT = 20;

/** Widths of Verdana at 11 px. Where another font is used, `textLength` makes the text as wide. */
const WIDTHS: Readonly<Record<string, number>> = {
  ' ': 3.9,
  '.': 4,
  i: 3,
  m: 10.7,
  a: 6.6,
  g: 6.9,
  e: 6.6,
  s: 5.7,
  z: 5.8,
  k: 6.5,
  M: 9.3,
  G: 8.5,
  T: 6.8,
  P: 6.6,
  B: 7.5,
};

/** A digit's. */
const USUAL_WIDTH = 7;

function widthOf(text: string): number {
  return Math.round(Array.from(text).reduce((sum, character) => sum + (WIDTHS[character] ?? USUAL_WIDTH), 0));
}

/**
 * An SVG of the form that badges in READMEs have, `image size | 410.5 MB`. It needs no font, script or address.
 * @param size bytes
 */
export function renderBadge(size: number): string {
  const value = formatSize(size);
  const [labelWidth, valueWidth] = [widthOf(LABEL), widthOf(value)];
  const left = labelWidth + 2 * PADDING;
  const width = left + valueWidth + 2 * PADDING;
  const text = (content: string, x: number, length: number): string =>
    `<text x="${x}" y="14" textLength="${length}">${content}</text>`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" role="img" aria-label="${LABEL}: ${value}">`,
    `<title>${LABEL}: ${value}</title>`,
    `<clipPath id="r"><rect width="${width}" height="${HEIGHT}" rx="3"/></clipPath>`,
    '<g clip-path="url(#r)">',
    `<rect width="${left}" height="${HEIGHT}" fill="#555"/>`,
    `<rect x="${left}" width="${width - left}" height="${HEIGHT}" fill="#0969da"/>`,
    '</g>',
    '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">',
    text(LABEL, PADDING, labelWidth),
    text(value, left + PADDING, valueWidth),
    '</g>',
    '</svg>',
  ].join('\n')}\n`;
}
