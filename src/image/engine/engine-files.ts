import { DeadweightError, messageOf } from '../../base/errors.ts';
import { printable } from '../../base/untrusted-text.ts';
import type { OpenOptions } from '../image.ts';
import { CONTAINERD_OF_MACHINE } from '../store/content-store.ts';
import { type EngineAccess, ownAccess } from '../store/store-access.ts';
import { sudoAccess } from '../store/sudo-access.ts';
import type { EngineClient } from './engine-client.ts';
import type { EngineInfo } from './engine-wire.ts';

type Find<T> = (info: EngineInfo, access: EngineAccess) => T | null;

/**
 * What is found among the files of an engine itself, which are read far faster than what it sends.
 * @param find looks where the engine says that they are. What it returns closes the access
 * @returns null where the engine is elsewhere, its files are not to be read or cannot be
 */
export async function findEngineFiles<T>(
  client: EngineClient,
  { engineStore, log, env }: Pick<OpenOptions, 'engineStore' | 'log' | 'env'>,
  find: Find<T>,
): Promise<T | null> {
  if (engineStore === 'api' || !client.isLocal) return null;
  const tell = tellWhyNot({ engineStore, log });
  try {
    const info = await client.info();
    const found = find(info, ownAccess) ?? (engineStore === 'sudo' ? findWithSudo(info, env, find) : null);
    const files = `The files of ${client.name} in ${printable(info.root)}`;
    if (found !== null) log.debug(`${files} are read where they lie.`);
    else tell(`${files} are not to be read here (driver ${printable(info.driver)}).`);
    return found;
  } catch (error) {
    if (!(error instanceof DeadweightError)) throw error;
    tell(`The files of ${client.name} are not read: ${messageOf(error)}`);
    return null;
  }
}

/** Why an engine's files are not read: who asks for them wants to know. */
export function tellWhyNot({
  engineStore,
  log,
}: Pick<OpenOptions, 'engineStore' | 'log'>): (text: string) => void {
  return engineStore === 'sudo' ? text => log.warn(text) : text => log.debug(text);
}

function findWithSudo<T>(info: EngineInfo, env: OpenOptions['env'], find: Find<T>): T | null {
  const ofMachine = info.hasContainerdStore && info.containerd === CONTAINERD_OF_MACHINE.socket;
  const access = sudoAccess(ofMachine ? CONTAINERD_OF_MACHINE.root : info.root, env);
  const found = find(info, access);
  if (found === null) access.close?.();
  return found;
}
