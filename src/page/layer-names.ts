import { placeName } from '../base/phrase.ts';
import type { PageDocument } from '../report/html/page-document.ts';
import { button, element } from './element.ts';
import type { PageState } from './page-state.ts';
import type { StateStore } from './state-store.ts';
import { textMatcher } from './text-matcher.ts';

/** `Dockerfile:3`, `base`, `layer 4`. */
export function layerName({ layers }: PageDocument, index: number): string {
  const layer = layers.find(each => each.index === index);
  if (layer?.place) return placeName(layer.place);
  return layer?.origin === 'base' ? 'base' : `layer ${index}`;
}

/** The name of a layer, which a click makes the one that all views show. */
export function layerButton(document: PageDocument, index: number, store: StateStore): HTMLElement {
  const name = layerName(document, index);
  const layer = document.layers.find(each => each.index === index);
  if (layer === undefined) return element('span', name);
  return button(
    '.link.place',
    () => store.set({ layers: [index] }),
    { title: `Layer ${index}: ${layer.title}` },
    name,
  );
}

/** Whether something of these layers is shown: of any of them, or of all layers. */
export function showsLayers({ layers }: PageState, own: readonly number[]): boolean {
  return layers.length === 0 || own.some(index => layers.includes(index));
}

/** Whether one of the texts has what is searched for; all have nothing. */
export function showsText({ text }: PageState, ...texts: readonly (string | null)[]): boolean {
  const isMatch = textMatcher(text);
  return text === '' || texts.some(each => each !== null && isMatch(each));
}
