import { DeadweightError, messageOf } from '../../base/errors.ts';
import type { OpenOptions } from '../image.ts';
import type { EngineClient } from './engine-client.ts';
import type { EngineInfo } from './engine-wire.ts';

/**
 * What is found among the files of an engine itself, which are read far faster than what it sends.
 * @param find looks where the engine says that they are
 * @returns null where the engine is elsewhere, its files are not to be read or cannot be
 */
export async function findEngineFiles<T>(
  client: EngineClient,
  { engineStore, log }: Pick<OpenOptions, 'engineStore' | 'log'>,
  find: (info: EngineInfo) => T | null,
): Promise<T | null> {
  if (engineStore === 'api' || !client.isLocal) return null;
  try {
    const info = await client.info();
    const found = find(info);
    log.debug(
      `The files of ${client.name} in ${info.root} are ${found === null ? 'not to be read here' : 'read where they lie'}.`,
    );
    return found;
  } catch (error) {
    if (!(error instanceof DeadweightError)) throw error;
    log.debug(`The files of ${client.name} are not read: ${messageOf(error)}`);
    return null;
  }
}
