import { element } from './element.ts';

/** Sentences in small print, those that are there. */
export function notes(...sentences: readonly (string | null | false)[]): readonly HTMLElement[] {
  return sentences.flatMap(sentence =>
    sentence === null || sentence === false ? [] : [element('p.note', sentence)],
  );
}
