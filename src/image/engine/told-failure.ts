import { Buffer } from 'node:buffer';

/** Bytes that an engine needs to say why it stopped: a few digests and paths. */
const MAX_LENGTH = 8192;
const BEGIN = Buffer.from('{"message":');

/** Why an engine sends no more, and where in its last bytes it says so. */
export interface ToldFailure {
  readonly at: number;
  readonly reason: string;
}

/**
 * What an engine writes behind an archive that it cannot finish: it has said long before that all is well. Archives end with
 * zeros, so that a whole one never ends so.
 * @param tail the last bytes that it sent
 * @returns null where it says nothing
 */
export function findToldFailure(tail: Uint8Array): ToldFailure | null {
  if (tail.at(-1) !== 0x0a) return null;
  const bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.length);
  const at = bytes.indexOf(BEGIN, Math.max(0, bytes.length - MAX_LENGTH));
  if (at < 0) return null;
  try {
    const { message }: { message?: unknown } = JSON.parse(bytes.toString('utf8', at));
    return typeof message === 'string' ? { at, reason: message } : null;
  } catch {
    return null;
  }
}
