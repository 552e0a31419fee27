import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { systemErrorCode } from '../../base/errors.ts';

/** Between two looks whether somebody reads. Milliseconds. */
const POLL = 50;
/** Without somebody who reads, or reads on. Milliseconds. */
const MAX_SILENCE = 600_000;

/**
 * Writes into a pipe without holding a thread: one that waits in `open` for a reader, or in `write` for room, keeps the
 * process from ending, which a signal then could not do either.
 * @param path a FIFO, or the pipe that `/dev/stdout` is
 * @throws the system's error, or one that says that nobody reads
 */
export async function writePipe(
  path: string,
  text: string | Iterable<string>,
  maxSilence = MAX_SILENCE,
): Promise<void> {
  const descriptor = await openForReader(path, maxSilence);
  const pipe = new Socket({ fd: descriptor, readable: false, writable: true });
  // What is written counts as activity, piece by piece.
  pipe.setTimeout(maxSilence, () => pipe.destroy(nobodyReads(maxSilence)));
  await pipeline(Readable.from(typeof text === 'string' ? [text] : text), pipe);
}

function nobodyReads(maxSilence: number): Error {
  return new Error(`nobody has read it for ${maxSilence / 1000} seconds`);
}

/** @returns a descriptor, once somebody has opened the pipe for reading */
async function openForReader(path: string, maxSilence: number): Promise<number> {
  for (let waited = 0; waited < maxSilence; waited += POLL) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (systemErrorCode(error) !== 'ENXIO') throw error;
    }
    await wait(POLL);
  }
  throw nobodyReads(maxSilence);
}
