import { isCommitId } from '../base/commit.ts';

/** A build context that BuildKit fetches from a git repository. */
export interface GitBuildContext {
  /** The context without its ref and its folder, as it was written. */
  readonly base: string;
  /** What git takes for the repository, with the credentials that it was written with. */
  readonly remote: string;
  /** Branch, tag, `refs/…` or commit; null for the default branch. */
  readonly ref: string | null;
  /** In the repository; empty for its top. */
  readonly folder: string;
}

/** Parts of a query that say which commit is meant. */
const REF_PARAMETERS = ['ref', 'tag', 'branch', 'commit', 'checksum'];

/**
 * The parts of a context: `https://host/app.git#ref:folder`, `git@host:app#ref`, `github.com/octo/app`.
 * https://docs.docker.com/build/concepts/context/#git-repositories
 * @returns null for all else: an address of HTTP is one of git only where its path ends in `.git`
 */
export function readGitContext(context: string): GitBuildContext | null {
  const hash = context.indexOf('#');
  const [address, fragment] = hash < 0 ? [context, ''] : [context.slice(0, hash), context.slice(hash + 1)];
  const colon = fragment.indexOf(':');
  const [ref, folder] = colon < 0 ? [fragment, ''] : [fragment.slice(0, colon), fragment.slice(colon + 1)];
  if (/^git@[^/:]+:/i.test(address)) return { base: address, remote: address, ref: ref || null, folder };
  const url = URL.parse(/^github\.com\//i.test(address) ? `https://${address}` : address);
  const isGit =
    url !== null &&
    (['git:', 'ssh:'].includes(url.protocol) ||
      (['http:', 'https:'].includes(url.protocol) &&
        (/\.git$/.test(url.pathname) || url.host === 'github.com')));
  if (!isGit) return null;
  const [path = '', query = ''] = address.split('?', 2);
  const parameters = new URLSearchParams(query);
  const branch = parameters.get('branch');
  const asked =
    branch === null ? REF_PARAMETERS.map(name => parameters.get(name)).find(Boolean) : `refs/heads/${branch}`;
  for (const name of REF_PARAMETERS) parameters.delete(name);
  const rest = parameters.toString();
  return {
    base: rest === '' ? path : `${path}?${rest}`,
    remote: /^github\.com\//i.test(path) ? `https://${path}` : path,
    ref: ref || asked || null,
    folder,
  };
}

/** The same folder of the repository in another commit. */
export function contextAt({ base, folder }: GitBuildContext, commit: string): string {
  return `${base}#${commit}${folder === '' ? '' : `:${folder}`}`;
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
  const path = other.path.replace(/^\/+|(?:\.git)?\/*$/g, '');
  return `${remote.slice(0, remote.length - own.path.length)}${path}${/\.git\/*$/.test(own.path) ? '.git' : ''}`;
}

function repositoryPath(remote: string): string {
  const { host, path } = splitRemote(remote) ?? { host: '', path: remote };
  return `${host}/${path.replace(/^\/+|(?:\.git)?\/*$/g, '')}`.toLowerCase();
}

/** @returns null for what names no host */
function splitRemote(remote: string): { readonly host: string; readonly path: string } | null {
  const [, host, path] =
    /^[^/:@]+@([^/:]+):(.*)$/.exec(remote) ??
    /^\w+:\/\/(?:[^/@]*@)?([^/:]+)(?::\d+)?\/(.*)$/.exec(remote) ??
    [];
  return host === undefined || path === undefined ? null : { host, path };
}
