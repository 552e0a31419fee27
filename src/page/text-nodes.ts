import type { Part, Phrase, SourceLines } from '../base/phrase.ts';
import { placeName } from '../base/phrase.ts';
import { visible } from '../base/untrusted-text.ts';
import { button, element } from './element.ts';

/**
 * A name from an image, whatever it holds: control, invisible and bidirectional characters are spelled out, and shown as
 * what they are not: text of the name. It turns no text around it.
 */
export function nameNode(name: string): HTMLElement {
  const node = element('bdi.name');
  for (const { text, isSpelled } of spelledRuns(name)) {
    if (isSpelled) node.append(element('span.spelled', text));
    else node.append(text);
  }
  return node;
}

/** The parts of a name that are shown as they are, and those that are spelled out. */
function spelledRuns(name: string): readonly { readonly text: string; readonly isSpelled: boolean }[] {
  const whole = visible(name);
  if (whole === name) return [{ text: name, isSpelled: false }];
  const runs: { text: string; isSpelled: boolean }[] = [];
  for (const character of name) {
    const text = visible(character);
    const isSpelled = text.length > character.length;
    const last = runs.at(-1);
    if (last?.isSpelled === isSpelled) last.text += text;
    else runs.push({ text, isSpelled });
  }
  return runs;
}

/**
 * A sentence of the report.
 * @param choose what a click on a place in a Dockerfile does
 */
export function phraseNodes(content: Phrase, choose: (location: SourceLines) => void): readonly Node[] {
  return content.map(part => partNode(part, choose));
}

function partNode(part: Part, choose: (location: SourceLines) => void): Node {
  if (part.kind === 'text') return document.createTextNode(part.text);
  if (part.kind === 'strong') return element('strong', part.text);
  if (part.kind === 'code') return element('code', { title: part.whole ?? null }, nameNode(part.text));
  if (part.kind === 'link') return element('a', { href: part.url, rel: 'noreferrer' }, part.text);
  const name = placeName(part.location);
  if (part.isGone === true) return element('span.place', name);
  return button('.link.place', () => choose(part.location), name);
}
