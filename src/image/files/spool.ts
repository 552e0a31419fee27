import { createWriteStream } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Progress, Work } from '../../base/effects.ts';
import { DeadweightError } from '../../base/errors.ts';
import { outputError } from '../../base/partial-output.ts';
import { countChunks } from '../counted-bytes.ts';

/**
 * Keeps a stream in a file, for who reads parts of it again and again.
 * @param folder of the run: the file goes with it
 * @returns the path of the file
 * @throws DeadweightError `disk-full`, `permission-denied`; and what the stream throws
 */
export async function spool(
  chunks: AsyncIterable<Uint8Array>,
  folder: string,
  work: Work,
  progress: Progress,
): Promise<string> {
  let failure: unknown = null;
  const own = async function* (stream: AsyncIterable<Uint8Array>) {
    try {
      yield* stream;
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  try {
    const path = join(await mkdtemp(join(folder, 'spool-')), 'archive.tar');
    await progress.show(work, count =>
      pipeline(
        own(countChunks(chunks, count)),
        createWriteStream(path, { flags: 'wx', mode: 0o600, highWaterMark: 1024 * 1024 }),
      ),
    );
    return path;
  } catch (error) {
    if (failure !== null) throw failure;
    throw error instanceof DeadweightError ? error : outputError(folder, error);
  }
}
