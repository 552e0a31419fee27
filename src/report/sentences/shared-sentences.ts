import { formatSize, plural } from '../../base/number-text.ts';
import { code, enumerate, type Phrase, phrase, strong } from '../../base/phrase.ts';
import { instructionTitle, UNKNOWN_TITLE } from '../layer-name.ts';
import type { SharedReport } from '../shared-report.ts';

/** Packages that are named. */
const MAX_PACKAGES = 5;
/** Characters of an instruction. */
const MAX_TITLE = 80;

/** What images take up together. */
export function sharedHeadline({ images, size, machineSize, registrySize }: SharedReport): Phrase {
  const saved = size - machineSize;
  const registry =
    registrySize === null ? '' : ` A registry keeps ${formatSize(registrySize)} compressed bytes of them.`;
  const shared = saved === 0 ? 'they share no layer' : `sharing saves ${formatSize(saved)}`;
  return phrase`${strong(`${plural(images.length, 'image')} of ${formatSize(size)} take up ${formatSize(machineSize)} on one machine`)}: ${shared}.${registry}`;
}

/** Neighbouring layers that several images have, and which do. */
export function sharedPhrase(
  { images, first, last, size, createdBy }: SharedReport['shared'][number],
  report: SharedReport,
): Phrase {
  const title = instructionTitle({ instruction: null, createdBy }, MAX_TITLE);
  const one = title === UNKNOWN_TITLE ? [] : phrase` (${code(title)})`;
  const several = title === UNKNOWN_TITLE ? [] : phrase` (the last is ${code(title)})`;
  const layers = first === last ? phrase`layer ${first}${one}` : phrase`layers ${first} to ${last}${several}`;
  return phrase`${strong(formatSize(size))}: ${layers} of ${namesOf(images, report)}`;
}

/** A layer that images have on top of others, and what it costs. */
export function misplacedPhrase(
  { places, saving, createdBy }: SharedReport['misplaced'][number],
  report: SharedReport,
): Phrase {
  const where = places.map(
    ({ image, layer }) => phrase`layer ${layer} of ${code(nameOf(image, report), 60)}`,
  );
  return phrase`${titleOf(createdBy)}: ${enumerate(where)}. On the same layers it would save ${strong(formatSize(saving))}`;
}

/** The names of images, or that it is all of them. */
function namesOf(images: readonly number[], report: SharedReport): Phrase {
  if (images.length === report.images.length) return phrase`all of them`;
  return enumerate(images.map(image => [code(nameOf(image, report), 60)]));
}

function nameOf(image: number, { images }: SharedReport): string {
  return images[image]?.name ?? '';
}

function titleOf(createdBy: string): Phrase {
  return phrase`${code(instructionTitle({ instruction: null, createdBy }, MAX_TITLE))}`;
}

/** Files that are the same in different layers. */
export function repeatedPhrase({ count, bytes, packages }: SharedReport['repeated']): Phrase {
  const named = packages.slice(0, MAX_PACKAGES).map(({ name, version, bytes: size }) => {
    return phrase`${code(`${name} ${version}`, 60)} (${formatSize(size)})`;
  });
  const most = named.length === 0 ? phrase`.` : phrase`, most of them of ${enumerate(named)}.`;
  return phrase`${strong(formatSize(bytes))} of files with the same path and size (${plural(count, 'file')}) are in different layers${most} Where their contents are the same, too, a base image that has them would keep them once.`;
}
