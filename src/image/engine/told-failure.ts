import { Buffer } from 'node:buffer';

/** Bytes that an engine needs to say why it stopped: a few digests and paths. */
const MAX_LENGTH = 8192;
/** As the engine writes errors into what it has begun to send (moby, pkg/streamformatter), and those before it. */
const BEGINNINGS = ['{"errorDetail":', '{"message":'].map(text => Buffer.from(text));

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
  const from = Math.max(0, bytes.length - MAX_LENGTH);
  const at = BEGINNINGS.map(text => bytes.indexOf(text, from)).find(place => place >= 0);
  if (at === undefined) return null;
  try {
    const { error, message }: { error?: unknown; message?: unknown } = JSON.parse(bytes.toString('utf8', at));
    const reason = error ?? message;
    return typeof reason === 'string' ? { at, reason } : null;
  } catch {
    return null;
  }
}
