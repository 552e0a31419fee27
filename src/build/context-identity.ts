import { basename, resolve } from 'node:path';
import { withoutIds } from '../base/commit.ts';
import { isRemoteContext } from './dockerfile-source.ts';

/**
 * What a build context is known by, whatever its commit. Of an address that is the repository and the folder in it, without
 * ref and credentials: `https://github.com/octo/app.git#main:web` is `https://github.com/octo/app.git#:web`.
 * @see https://docs.docker.com/build/concepts/context/#git-repositories
 */
export function identifyContext(context: string): string {
  if (!isRemoteContext(context)) return context;
  const { address, folder } = splitAddress(context);
  return withoutIds(folder === '' ? address : `${address}#:${folder}`);
}

/** The last part of a folder's path, or the name of the repository that a context is in; empty where there is neither. */
export function nameContext(context: string, cwd: string): string {
  if (!isRemoteContext(context)) return basename(resolve(cwd, context));
  const { address, folder } = splitAddress(context);
  return withoutIds(basename(folder) || basename(address.replace(/\.git$/, '')));
}

interface ContextAddress {
  /** Of the repository or the file. */
  readonly address: string;
  /** Empty for its top. */
  readonly folder: string;
}

/** The folder is behind the ref (`#ref:folder`), or in a query (`?ref=…&subdir=folder`). */
function splitAddress(context: string): ContextAddress {
  const [before = '', ...fragments] = context.split('#');
  const [address = '', ...queries] = before.split('?');
  const fragment = fragments.join('#');
  const colon = fragment.indexOf(':');
  const named = colon < 0 ? null : fragment.slice(colon + 1);
  const folder = named ?? new URLSearchParams(queries.join('?')).get('subdir') ?? '';
  return {
    address: address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1').replace(/\/+$/, ''),
    folder: folder.replace(/^\/+|\/+$/g, ''),
  };
}
