import { type Phrase, placeName } from '../../base/phrase.ts';
import { safeText, visible } from '../../base/untrusted-text.ts';
import { placeUrl } from '../place-url.ts';
import type { Report } from '../report.ts';

/**
 * Every text that reaches Markdown goes through here. GitHub's Markdown has many ways to read a name as its own:
 * tables split at pipes even inside code spans, HTML comments, mentions, issue references, addresses. Entities are
 * text to all of these, in Markdown and in raw HTML alike; references that are made after Markdown was read
 * (mentions and the like) are left alone inside code.
 */
const MARKUP = /[&<>`*_~[\]|\\$!#]/g;

/** What GitHub would link, replace or notify, and what a runner would read as a command. */
const REFERENCE = /[@＠﹫]|#\d|:\/\/|www\.|gh-\d|:[\w+-]+:|::|##\[/i;

/** What a backtick span cannot hold everywhere: pipes, backticks, comments, spaces at its ends, runner commands. */
const BEYOND_BACKTICKS = /[`|<>]|##\[|::|^ | $/;

/** Text on one line, for Markdown (tables too) and for raw HTML. Words that would become references become code. */
export function escapeText(text: string): string {
  return safeText(text.trim(), 'markdown').replace(/[^ ]+/g, word =>
    REFERENCE.test(word) ? htmlCode(word) : entities(word),
  );
}

/** A code span for Markdown, tables too. */
export function codeSpan(text: string): string {
  const content = visible(text);
  if (content === '') return '';
  return BEYOND_BACKTICKS.test(content) ? htmlCode(content) : `\`${content}\``;
}

/** Code where backticks mean nothing (raw HTML), or where they do not suffice. */
export function htmlCode(text: string): string {
  const content = visible(text).replace(/[^\p{L}\p{N}\p{M} ./,=+%-]/gu, entity);
  return `<code>${content.replace(/^ | $/g, '&#32;').replace(/www\./gi, word => word.replace('.', '&#46;'))}</code>`;
}

/** A link whose address came out of `safeUrl` or `placeUrl`. `label` is Markdown. */
export function link(label: string, url: string): string {
  return `[${label}](${url.replaceAll('&', '&amp;')})`;
}

function entities(word: string): string {
  return word.replace(MARKUP, entity);
}

function entity(character: string): string {
  if (character === '&') return '&amp;';
  if (character === '<') return '&lt;';
  return character === '>' ? '&gt;' : `&#${character.codePointAt(0)};`;
}

const UNIT = /(?<=\d) (?=(?:[kMGTP]?B|[KMGT]iB|pt|%|s|min|h)(?![\p{L}\d]))/gu;

/** Markdown whose numbers are not parted from their units where a line breaks; blocks of code are left as they are. */
export function joinUnits(markdown: string): string {
  return markdown
    .split(/^( *```[\s\S]*?^ *```.*)$/m)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(UNIT, '\u00a0')))
    .join('');
}

/** `371.1 MB → 410.5 MB`, of Markdown: where a line breaks, the arrow goes with what it points at. */
export function fromTo(before: string, after: string): string {
  return `${before} →\u00a0${after}`;
}

/** A code block whose fence is longer than any in its lines, so that none of them ends it. */
export function fenced(language: string, lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.map(longestTicks));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence].join('\n');
}

function longestTicks(line: string): number {
  return Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
}

/** A phrase as Markdown on one line, places linked where the report tells the repository and the commit. */
export function phraseMarkdown(content: Phrase, context: Report['context']): string {
  return content
    .map(part => {
      if (part.kind === 'code') return codeSpan(part.text);
      if (part.kind === 'link') return link(codeSpan(part.text), part.url);
      if (part.kind === 'strong') return `**${escapeText(part.text)}**`;
      if (part.kind === 'text') return textMarkdown(part.text);
      const label = escapeText(placeName(part.location));
      const url = part.isGone === true ? null : placeUrl(context, part.location);
      return url === null ? label : link(label, url);
    })
    .join('');
}

/** A phrase for raw HTML, where Markdown is not read: a summary line. */
export function phraseHtml(content: Phrase): string {
  return content
    .map(part => {
      if (part.kind === 'code' || part.kind === 'link') return htmlCode(part.text);
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
