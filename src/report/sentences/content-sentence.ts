import { formatSize, plural } from '../../base/number-text.ts';
import { enumerate, type Phrase, pathCode, phrase } from '../../base/phrase.ts';
import type { Report } from '../report.ts';
import { layerPhrase } from './layer-phrase.ts';

const MAX_FILES = 3;

/** `5 files (1.2 MB) changed and kept their size: /app/a, /app/b, /app/c and 2 more.`; null where there is none. */
export function contentSentence({ comparison }: Report): Phrase | null {
  const { count, bytes, files } = comparison?.contents?.changed ?? NONE;
  if (count === 0) return null;
  const named = files.slice(0, MAX_FILES).map(({ path }) => phrase`${pathCode(path, 60)}`);
  const more = count - named.length;
  const list = enumerate(more > 0 ? [...named, phrase`${more} more`] : named);
  const [layer = null, ...others] = new Set(files.map(file => file.layer));
  const kept = count === 1 ? 'its size' : 'their size';
  return phrase`${plural(count, 'file')} (${formatSize(bytes)}) changed and kept ${kept}: ${list}${comparison === null ? [] : layerPhrase(comparison, others.length > 0 || count > files.length ? null : layer)}.`;
}

const NONE = { count: 0, bytes: 0, files: [] };
