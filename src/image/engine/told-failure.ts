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

/** As the containerd store begins the line (moby, daemon/containerd/image_exporter.go). */
const NOT_UNPACKED = 'Error unpacking image ';

/**
 * Why an engine cannot use an image that it has taken: the store of containerd keeps the blobs of one that it cannot unpack, says
 * so in a line of its answer, and that all is well.
 * @param answer to the loading of an archive
 * @returns null where it has unpacked it
 */
export function findUnpackFailure(answer: Uint8Array): string | null {
  for (const line of Buffer.from(answer.buffer, answer.byteOffset, answer.length)
    .toString('utf8')
    .split('\n')) {
    const words = wordsOf(line);
    if (words?.startsWith(NOT_UNPACKED)) return words.slice(NOT_UNPACKED.length).trim();
  }
  return null;
}

function wordsOf(line: string): string | null {
  try {
    const { stream }: { stream?: unknown } = JSON.parse(line);
    return typeof stream === 'string' ? stream : null;
  } catch {
    return null;
  }
}
