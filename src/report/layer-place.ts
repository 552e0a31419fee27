import { type Phrase, phrase, place } from '../base/phrase.ts';
import type { Report, ReportLayer } from './report.ts';

/** Names layers by their Dockerfile line, or by what else is known of them. */
export class LayerPlaces {
  readonly #layers: ReadonlyMap<number, ReportLayer>;

  constructor(report: Report) {
    this.#layers = new Map(report.layers.map(layer => [layer.index, layer]));
  }

  /** `Dockerfile:3`, `base`, `layer 4`. */
  of(index: number): Phrase {
    const layer = this.#layers.get(index);
    if (layer?.instruction) return phrase`${place(layer.instruction)}`;
    return layer?.origin === 'base' ? phrase`base` : phrase`layer ${index}`;
  }
}
