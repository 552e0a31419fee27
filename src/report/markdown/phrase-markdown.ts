import { type Phrase, placeName } from '../../base/phrase.ts';
import { placeUrl } from '../place-url.ts';
import type { Report } from '../report.ts';
import { codeSpan, escapeText, htmlCode, link } from './escape.ts';

/** A phrase as Markdown on one line, places linked where the report tells the repository and the commit. */
export function phraseMarkdown(content: Phrase, context: Report['context']): string {
  return content
    .map(part => {
      if (part.kind === 'code') return codeSpan(part.text);
      if (part.kind === 'strong') return `**${escapeText(part.text)}**`;
      if (part.kind === 'text') return textMarkdown(part.text);
      const label = escapeText(placeName(part.location));
      const url = placeUrl(context, part.location);
      return url === null ? label : link(label, url);
    })
    .join('');
}

/** A phrase for raw HTML, where Markdown is not read: a summary line. */
export function phraseHtml(content: Phrase): string {
  return content
    .map(part => {
      if (part.kind === 'code') return htmlCode(part.text);
      return textMarkdown(part.kind === 'place' ? placeName(part.location) : part.text);
    })
    .join('');
}

/** Escaping trims; the space between two parts has to stay. */
function textMarkdown(text: string): string {
  const inner = escapeText(text);
  if (inner === '') return /\s/.test(text) ? ' ' : '';
  return `${/^\s/.test(text) ? ' ' : ''}${inner}${/\s$/.test(text) ? ' ' : ''}`;
}
