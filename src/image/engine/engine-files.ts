import { DeadweightError, messageOf } from '../../base/errors.ts';
import { printable } from '../../base/untrusted-text.ts';
import type { EngineStoreUse, OpenOptions } from '../image.ts';
import { CONTAINERD_OF_MACHINE, contentFolders } from '../store/content-store.ts';
import { layerListFolder, readsDriver } from '../store/graph-store.ts';
import { isForbidden, realRoot } from '../store/real-path.ts';
import { type EngineAccess, ownAccess } from '../store/store-access.ts';
import { sudoAccess } from '../store/sudo-access.ts';
import type { EngineClient } from './engine-client.ts';
import type { EngineInfo } from './engine-wire.ts';

type Find<T> = (info: EngineInfo, access: EngineAccess) => T | null;
type Options = Pick<OpenOptions, 'engineStore' | 'log' | 'env' | 'exec'>;

/**
 * What is found among the files of an engine itself, which are read far faster than what it sends.
 * @param find looks where the engine says that they are. What it returns closes the access
 * @returns null where the engine is elsewhere, its files are not to be read or cannot be
 */
export async function findEngineFiles<T>(
  client: EngineClient,
  options: Options,
  find: Find<T>,
): Promise<T | null> {
  const { engineStore, log, env } = options;
  const tell = tellWhyNot(options);
  const tellOf = (files: string, why: string) => tell(`The files of ${files} are not read: ${why}`);
  if (engineStore === 'api') tellOf(client.name, 'engine-store is api.');
  else if (!client.isLocal) tellOf(client.name, 'it does not listen on a socket of this machine.');
  if (engineStore === 'api' || !client.isLocal) return null;
  try {
    const info = await client.info();
    const files = `${client.name} in ${printable(info.root)}`;
    const own = find(info, ownAccess);
    const driver = own === null ? unfitDriver(info) : null;
    const found = own ?? (engineStore === 'sudo' && driver === null ? findWithSudo(info, env, find) : null);
    if (found !== null) log.debug(`The files of ${files} are read where they lie.`);
    else tellOf(files, driver ?? whyNotFound(info, engineStore));
    return found;
  } catch (error) {
    if (!(error instanceof DeadweightError)) throw error;
    tellOf(client.name, messageOf(error));
    return null;
  }
}

/** What was said in a run: several images, or one that is opened twice, have one engine. */
const told = new WeakMap<object, Set<string>>();

/** Why an engine's files are not read: who asks for them wants to know. Says it once in a run. */
export function tellWhyNot({ engineStore, log, exec }: Omit<Options, 'env'>): (text: string) => void {
  const said = told.get(exec) ?? new Set<string>();
  told.set(exec, said);
  return text => {
    if (said.has(text)) return;
    said.add(text);
    const sentences = `${text.replace(/\.$/, '')}. The engine's API is asked instead.`;
    if (engineStore === 'sudo') log.warn(sentences);
    else log.debug(sentences);
  };
}

/** Why no layers can be read as a driver keeps them; null where they can. */
function unfitDriver({ hasContainerdStore, driver, sharesContents }: EngineInfo): string | null {
  if (hasContainerdStore) return null;
  if (!readsDriver(driver)) return `the driver ${printable(driver)} is not supported.`;
  return sharesContents
    ? `the driver ${printable(driver)} may keep what is in a file of one layer in another (metacopy).`
    : null;
}

function whyNotFound(info: EngineInfo, engineStore: EngineStoreUse): string {
  const { root, containerd, hasContainerdStore } = info;
  const folders = hasContainerdStore ? contentFolders(root, containerd) : [layerListFolder(info)];
  if (engineStore !== 'sudo') {
    // With sudo the helper has been asked, and has looked into all of them.
    if (folders.some(isForbidden))
      return 'this user may not read them (--engine-store sudo reads them with sudo).';
    if (realRoot(root) === null) return 'there is no such folder on this machine.';
  }
  return 'the image is not among them, or not as it should be.';
}

function findWithSudo<T>(info: EngineInfo, env: OpenOptions['env'], find: Find<T>): T | null {
  const ofMachine = info.hasContainerdStore && info.containerd === CONTAINERD_OF_MACHINE.socket;
  const access = sudoAccess(ofMachine ? CONTAINERD_OF_MACHINE.root : info.root, env);
  const found = find(info, access);
  if (found === null) access.close?.();
  return found;
}
