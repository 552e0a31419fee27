import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { systemErrorCode } from '../../base/errors.ts';

/** Between two looks whether somebody reads. Milliseconds. */
const POLL = 50;

/**
 * Writes into a pipe without holding a thread: one that waits in `open` for a reader, or in `write` for room, keeps the
 * process from ending, which a signal then could not do either.
 * @param path a FIFO, or the pipe that `/dev/stdout` is
 * @throws the system's error
 */
export async function writePipe(path: string, text: string): Promise<void> {
  const descriptor = await openForReader(path);
  const pipe = new Socket({ fd: descriptor, readable: false, writable: true });
  await new Promise<void>((resolve, reject) => {
    pipe.on('error', reject).end(text, resolve);
  });
}

/** @returns a descriptor, once somebody has opened the pipe for reading */
async function openForReader(path: string): Promise<number> {
  for (;;) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (systemErrorCode(error) !== 'ENXIO') throw error;
    }
    await wait(POLL);
  }
}
