import { digestHex, sha256 } from './digest.ts';
import { trimEndOf } from './trim.ts';

const READABLE = 100;

/**
 * A name of files and artifacts that is made of the key of a report (image, target and platform): letters, digits, dots,
 * underscores and hyphens, at most 109 characters. Different keys have different names: legs of a matrix must not meet.
 */
export function keyName(key: string): string {
  const words = key.toLowerCase().replace(/[^a-z0-9._]+/g, '-');
  const readable = trimEndOf(words.replace(/^-+/, ''), '-').slice(0, READABLE);
  const identity = digestHex(sha256(key)).slice(0, 8);
  return `${readable ? `${readable}-` : ''}${identity}`;
}
