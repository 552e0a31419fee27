import type { TarHeader } from '../tar/header.ts';
import { cleanPath } from './clean-path.ts';
import { meaningOf } from './whiteout.ts';

/** Whether a scan has an entry of kind `file` for it: the k-th such header of a tar is the k-th such entry of its scan. */
export function isScannedFile({ kind, path }: Pick<TarHeader, 'kind' | 'path'>): boolean {
  if (kind !== 'file') return false;
  const clean = cleanPath(path);
  return clean !== '' && meaningOf(clean).type === 'entry';
}
