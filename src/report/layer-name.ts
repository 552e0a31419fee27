import { type Phrase, phrase, place } from '../base/phrase.ts';
import { clip, MAX_READ, oneLine, visible } from '../base/untrusted-text.ts';
import { joinContinuations } from '../dockerfile/continuation.ts';
import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import type { Report, ReportLayer } from './report.ts';

interface Made {
  readonly instruction: InstructionLocation | null;
  readonly createdBy: string;
}

/** What stands for the title of a layer that nothing tells of. */
export const UNKNOWN_TITLE = '(unknown)';

/**
 * What made a layer, on one line: the Dockerfile's text without its line continuations, or what the image's
 * history says, without the shell that builders wrap around it. `(unknown)` where nothing says it.
 */
export function instructionTitle({ instruction, createdBy }: Made, max = 100): string {
  const source = instruction ? joinContinuations(instruction.text) : fromHistory(createdBy);
  const title = withoutMounts(visible(oneLine(source)));
  return title === '' ? UNKNOWN_TITLE : clip(title, max);
}

/** Long instructions that differ in what they run begin with the same flags. */
const LONG = 60;

/** `RUN npm ci` of `RUN --mount=type=cache,target=/root/.npm npm ci`. */
function withoutMounts(title: string): string {
  return title.length <= LONG
    ? title
    : title.replace(/^(RUN)(?: --(?:mount|network|security)=\S+)+ (?=\S)/i, '$1 ');
}

const BY_BUILDKIT = '# buildkit';

/** What an image's history says of a layer, without what builders wrap around it. */
export function fromHistory(createdBy: string): string {
  const words = createdBy
    .slice(0, MAX_READ)
    .replace(/^\/bin\/sh -c #\(nop\)\s+/, '')
    .replace(/^(?:RUN )?\/bin\/sh -c /, 'RUN ');
  return words.endsWith(BY_BUILDKIT) ? words.slice(0, -BY_BUILDKIT.length).trimEnd() : words;
}

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
