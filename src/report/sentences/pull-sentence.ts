import { formatSize } from '../../base/number-text.ts';
import { code, enumerate, type Phrase, phrase, placeAside } from '../../base/phrase.ts';
import { instructionTitle } from '../layer-name.ts';
import type { Report } from '../report.ts';

type Pull = NonNullable<NonNullable<Report['comparison']>['pull']>;

/** Below this share of what is pulled, and of the image, it is not told that content is pulled again. */
const SMALL_SHARE = 0.1;
const TINY_SHARE = 0.01;

/** Why content that did not change is pulled again, and what helps; null where that is little. */
export function pullSentence({ comparison, image }: Report): Phrase | null {
  const pull = comparison?.pull ?? null;
  if (pull === null) return null;
  const { unchangedSize, size } = pull;
  if (unchangedSize < size * SMALL_SHARE || unchangedSize < image.size * TINY_SHARE) return null;
  const all = pull.layers.filter(({ unchanged }) => unchanged !== null);
  const [largest] = all.sort((a, b) => b.size - a.size);
  if (largest === undefined) return null;
  // One reason is not told of layers that have another.
  const again = all.filter(({ unchanged }) => unchanged === largest.unchanged);
  const amount =
    pull.unchangedCompressedSize === null
      ? `${formatSize(unchangedSize)} (uncompressed)`
      : formatSize(pull.unchangedCompressedSize);
  const { cause } = pull;
  if (cause?.isMovedUp && largest.unchanged === 'earlier-layer') {
    const changing = phrase`${code(instructionTitle(cause, 50))}${placeAside(cause.instruction)}`;
    return phrase`${amount} is pulled again at every change of what ${changing} brings: it stands before ${namesOf(again)} now.`;
  }
  if (largest.unchanged === 'order' && again.length > 1) {
    return phrase`${amount} is pulled again, as ${namesOf(again)} changed places.`;
  }
  return phrase`${amount} is pulled again although its content did not change: ${namesOf(again)} ${reasonPhrase(largest.unchanged, again.length > 1, pull)}.`;
}

const MAX_NAMES = 2;

function namesOf(layers: Pull['layers']): Phrase {
  const names = layers.slice(0, MAX_NAMES).map(layer => {
    const where = placeAside(layer.instruction);
    return phrase`${code(instructionTitle(layer, 50))}${where}`;
  });
  const more = layers.length - names.length;
  return enumerate(more > 0 ? [...names, phrase`${more} more`] : names);
}

function reasonPhrase(
  reason: Pull['layers'][number]['unchanged'],
  isPlural: boolean,
  { cause }: Pull,
): Phrase {
  const was = isPlural ? 'were' : 'was';
  switch (reason) {
    case 'base-image':
      return phrase`${was} built again on the new base image`;
    case 'earlier-layer': {
      if (cause === null) return phrase`${was} built again`;
      const where = placeAside(cause.instruction);
      return phrase`${was} built again, as ${code(instructionTitle(cause, 50))}${where} stands before ${isPlural ? 'them' : 'it'} and changed. Put what changes often last`;
    }
    case 'order':
      return phrase`${was} built again at another place`;
    case 'compressed-anew':
      return phrase`${was} compressed anew`;
    case 'metadata':
    case null:
      return phrase`${isPlural ? 'differ' : 'differs'} in times, modes, owners or links alone. Where it is the times, build with ${code('SOURCE_DATE_EPOCH')} and the output option ${code('rewrite-timestamp=true')}`;
  }
}
