import { isCommitId } from '../base/commit.ts';
import { trimEndOf } from '../base/trim.ts';

/** A build context that BuildKit fetches from a git repository. */
export interface GitBuildContext {
  /** Of the repository, as it was written. */
  readonly address: string;
  /** What git takes for the repository, with the credentials that it was written with. */
  readonly remote: string;
  /** Parameters that say neither which commit is meant nor which folder: `keep-git-dir=1`; empty where there are none. */
  readonly query: string;
  /** Branch, tag, `refs/…` or commit; null for the default branch. */
  readonly ref: string | null;
  /** In the repository; empty for its top. */
  readonly folder: string;
}

/**
 * The parts of a context: `https://host/app.git#ref:folder`, `https://host/app.git?branch=main&subdir=web`,
 * `git@host:app#ref`, `github.com/octo/app`.
 * https://docs.docker.com/build/concepts/context/#git-repositories
 * @returns null for all else: an address of HTTP is one of git only where its path ends in `.git`
 */
export function readGitContext(context: string): GitBuildContext | null {
  const { address, query, fragment } = splitAddress(context);
  if (!isGitAddress(address)) return null;
  const colon = fragment.indexOf(':');
  const [ref, folder] = colon < 0 ? [fragment, ''] : [fragment.slice(0, colon), fragment.slice(colon + 1)];
  const parameters = new URLSearchParams(query);
  const take = (name: string): string => {
    const value = parameters.get(name) ?? '';
    parameters.delete(name);
    return value;
  };
  const asked = take('ref');
  const named = [qualify('refs/tags/', take('tag')), qualify('refs/heads/', take('branch'))];
  // BuildKit fails where what else is named is not this commit.
  const commits = [take('checksum'), take('commit')];
  const subdir = take('subdir');
  return {
    address,
    remote: /^github\.com\//i.test(address) ? `https://${address}` : address,
    query: parameters.toString(),
    ref: [...commits.filter(isCommitId), ref, asked, ...named, ...commits].find(Boolean) ?? null,
    folder: folder || subdir,
  };
}

/** An address without what is asked of it. */
export function splitAddress(context: string): {
  readonly address: string;
  readonly query: string;
  readonly fragment: string;
} {
  const [before = '', ...fragments] = context.split('#');
  const [address = '', ...queries] = before.split('?');
  return { address, query: queries.join('?'), fragment: fragments.join('#') };
}

function isGitAddress(address: string): boolean {
  if (/^(?:git@[^/:]+:|github\.com\/)/i.test(address)) return true;
  const url = URL.parse(address);
  if (url === null) return false;
  const { protocol, pathname } = url;
  return /^(?:git|ssh):$/.test(protocol) || (/^https?:$/.test(protocol) && pathname.endsWith('.git'));
}

/** Git would look for a branch of a tag's name first. */
function qualify(prefix: string, name: string): string {
  return name === '' || name.startsWith(prefix) ? name : `${prefix}${name}`;
}

/** The same folder of the repository in another commit. */
export function contextAt({ address, query, folder }: GitBuildContext, commit: string): string {
  return `${address}${query === '' ? '' : `?${query}`}#${commit}${folder === '' ? '' : `:${folder}`}`;
}

/** The commit that a context names by its full id; null where it names a ref. */
export function commitOfContext({ ref }: GitBuildContext): string | null {
  return ref !== null && isCommitId(ref) ? ref : null;
}

/** Whether two addresses are of one repository, whatever protocol, port and credentials they are written with. */
export function isSameRemote(a: string, b: string): boolean {
  return repositoryPath(a) === repositoryPath(b);
}

/**
 * The address of another repository of the same host, written as a remote is: `git@host:octo/app` for `git@host:ada/app`.
 * @param repository an address of the other, by any protocol
 * @returns null where it is of another host, or is that remote's own
 */
export function siblingRemote(remote: string, repository: string): string | null {
  const own = splitRemote(remote);
  const other = splitRemote(repository);
  if (own === null || other === null || isSameRemote(remote, repository)) return null;
  if (own.host.toLowerCase() !== other.host.toLowerCase()) return null;
  const path = bareName(other.path);
  return `${remote.slice(0, remote.length - own.path.length)}${path}${/\.git\/*$/.test(own.path) ? '.git' : ''}`;
}

/** The path of a repository without the slashes around it and without `.git`. */
function bareName(path: string): string {
  return trimEndOf(path.replace(/^\/+/, ''), '/').replace(/\.git$/, '');
}

function repositoryPath(remote: string): string {
  const { host, path } = splitRemote(remote) ?? { host: '', path: remote };
  return `${host}/${bareName(path)}`.toLowerCase();
}

/** @returns null for what names no host */
function splitRemote(remote: string): { readonly host: string; readonly path: string } | null {
  const [, host, path] =
    /^[^/:@]+@([^/:]+):(.*)$/.exec(remote) ??
    /^\w+:\/\/(?:[^/@]*@)?([^/:]+)(?::\d+)?\/(.*)$/.exec(remote) ??
    [];
  return host === undefined || path === undefined ? null : { host, path };
}
