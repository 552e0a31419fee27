import { formatSize, plural } from '../../base/number-text.ts';
import { code, enumerate, type Phrase, pathCode, phrase, place } from '../../base/phrase.ts';
import { instructionTitle } from '../layer-name.ts';
import type { Report } from '../report.ts';

const MAX_FILES = 3;

/** `5 files (1.2 MB) changed and kept their size: /app/a, /app/b, /app/c and 2 more.`; null where there is none. */
export function contentSentence({ comparison }: Report): Phrase | null {
  const { count, bytes, files } = comparison?.contents?.changed ?? NONE;
  if (count === 0) return null;
  const named = files.slice(0, MAX_FILES).map(({ path }) => phrase`${pathCode(path, 60)}`);
  const more = count - named.length;
  const list = enumerate(more > 0 ? [...named, phrase`${more} more`] : named);
  const kept = count === 1 ? 'its size' : 'their size';
  return phrase`${plural(count, 'file')} (${formatSize(bytes)}) changed and kept ${kept}: ${list}${placePhrase(files, comparison)}.`;
}

/** ` (Dockerfile:4 COPY models/ /srv/models/)`, where one instruction holds all that are listed; else empty. */
function placePhrase(
  files: NonNullable<NonNullable<Report['comparison']>['contents']>['changed']['files'],
  comparison: Report['comparison'],
): Phrase {
  const [layer, ...others] = new Set(files.map(file => file.layer));
  const found = comparison?.layers.find(({ headIndex }) => headIndex !== null && headIndex === layer);
  if (others.length > 0 || found === undefined || found.instruction === null) return [];
  return phrase` (${place(found.instruction)} ${code(instructionTitle(found, 50), 50)})`;
}

const NONE = { count: 0, bytes: 0, files: [] };
