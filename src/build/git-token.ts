import type { BuildInputs } from './build-inputs.ts';
import { isSameRemote, readGitContext } from './git-context.ts';

export interface GitTokenOptions {
  /** Empty where the job has none. */
  readonly token: string;
  /** Address of the repository that the run is of: `https://github.com/octo/app`. */
  readonly repository: string;
  /** Whether no input names the context, or one names a folder of the default one. */
  readonly isDefaultContext: boolean;
}

/** The names under which BuildKit looks for what logs in to git, with or without the host. */
const LOGIN = /^\s*GIT_AUTH_(?:TOKEN|HEADER)(?:\.(.*?))?\s*=/;

/**
 * The inputs of a build with the job's token as a secret, as docker/build-push-action gives it: BuildKit logs in to the
 * host of the run's own repository with it, and to no other. What the user gives for that host stands.
 * @see https://docs.docker.com/build/building/secrets/#git-authentication-for-remote-contexts
 */
export function withGitToken(
  inputs: BuildInputs,
  { token, repository, isDefaultContext }: GitTokenOptions,
): BuildInputs {
  const { host } = new URL(repository);
  const isFetched = [inputs.context, ...inputs['build-contexts'].map(contextOf)].some(context =>
    isOwn(context, repository),
  );
  if (token === '' || !(isDefaultContext || isFetched) || hasLogin(inputs, host)) return inputs;
  return { ...inputs, secrets: [...inputs.secrets, `GIT_AUTH_TOKEN.${host}=${token}`] };
}

/** Whether a context is the repository itself, fetched in a way that takes a token. */
function isOwn(context: string, repository: string): boolean {
  const git = readGitContext(context);
  const remote = git === null ? null : URL.parse(git.remote);
  if (git === null || remote === null) return false;
  const { protocol, host } = new URL(repository);
  // By another protocol or port, somebody else may be asked, or hear it.
  return remote.protocol === protocol && remote.host === host && isSameRemote(git.remote, repository);
}

function hasLogin(inputs: BuildInputs, host: string): boolean {
  return [...inputs.secrets, ...inputs['secret-envs'], ...inputs['secret-files']].some(entry => {
    const match = LOGIN.exec(entry);
    return match !== null && (match[1] === undefined || match[1] === host);
  });
}

/** `name=context` */
function contextOf(pair: string): string {
  return pair.slice(pair.indexOf('=') + 1);
}
