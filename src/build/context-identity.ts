import { basename, resolve } from 'node:path';
import { withoutIds } from '../base/commit.ts';
import { trimEndOf } from '../base/trim.ts';
import { isRemoteContext } from './dockerfile-source.ts';
import { readGitContext, splitAddress } from './git-context.ts';

/**
 * What a build context is known by, whatever its commit. Of an address that is the repository and the folder in it, without
 * ref and credentials: `https://github.com/octo/app.git#main:web` is `https://github.com/octo/app.git#:web`.
 * @see https://docs.docker.com/build/concepts/context/#git-repositories
 */
export function identifyContext(context: string): string {
  if (!isRemoteContext(context)) return context;
  const { address, folder } = partsOf(context);
  return withoutIds(folder === '' ? address : `${address}#:${folder}`);
}

/** The last part of a folder's path, or the name of the repository that a context is in; empty where there is neither. */
export function nameContext(context: string, cwd: string): string {
  if (!isRemoteContext(context)) return basename(resolve(cwd, context));
  const { address, folder } = partsOf(context);
  return withoutIds(basename(folder) || basename(address.replace(/\.git$/, '')));
}

/** Address of the repository or the file, without credentials, and the folder in it, which a file does not have. */
function partsOf(context: string): { readonly address: string; readonly folder: string } {
  const { address, folder } = readGitContext(context) ?? { ...splitAddress(context), folder: '' };
  return {
    address: trimEndOf(address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1'), '/'),
    folder: trimEndOf(folder.replace(/^\/+/, ''), '/'),
  };
}
