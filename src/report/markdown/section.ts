import type { Phrase } from '../../base/phrase.ts';
import { phraseHtml } from './phrase-markdown.ts';

/** A folded part of a comment or a summary. It is shown whole or not at all. */
export interface Section {
  /** What a pointer calls it when it is left out. */
  readonly name: string;
  readonly summary: Phrase;
  /** Markdown. */
  readonly body: string;
  readonly open: boolean;
}

export function sectionMarkdown({ summary, body, open }: Section): string {
  return `<details${open ? ' open' : ''}><summary>${phraseHtml(summary)}</summary>\n\n${body}\n\n</details>`;
}
