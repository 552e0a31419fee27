import { join } from 'node:path';
import {
  type AuthFile,
  parseAuthText,
  readAuthFile,
  readDockerConfig,
  type UserEnvironment,
  userConfigFolder,
} from '../engine/docker-config.ts';

/** Stored credentials, and how their keys are read. */
export interface AuthSource {
  /** For messages. */
  readonly place: string;
  /** `docker` knows hosts alone; for `containers` a key may go on with a part of the repository. */
  readonly keys: 'docker' | 'containers';
  readonly file: AuthFile;
}

interface AuthEnvironment extends UserEnvironment {
  /** Where `run` is; `/` when absent. */
  readonly root?: string;
}

/**
 * Where credentials of registries are stored, in the order in which they are asked: what the environment names, what
 * `docker login` wrote, and what `podman login` and `skopeo login` did. Read one after the other, as long as nothing is found.
 * https://docs.docker.com/reference/cli/docker/login/ and containers-auth.json(5)
 * @throws DeadweightError `config-invalid` (never with its content: it holds passwords), `permission-denied`
 */
export function* findAuthSources(environment: AuthEnvironment): Generator<AuthSource> {
  const { env } = environment;
  const own = env['REGISTRY_AUTH_FILE'];
  if (own) yield* containersFile(own, 'REGISTRY_AUTH_FILE');
  // GitLab's runners set it for themselves: there docker asks its own file first. https://github.com/docker/cli/pull/6171
  const isRunners = env['GITLAB_CI'] === 'true';
  if (!isRunners) yield* variable(env['DOCKER_AUTH_CONFIG']);
  const docker = readDockerConfig(environment);
  yield { place: join(docker.directory, 'config.json'), keys: 'docker', file: docker };
  if (isRunners) yield* variable(env['DOCKER_AUTH_CONFIG']);
  yield* containersFile(join(podmanFolder(environment), 'auth.json'));
  yield* containersFile(join(userConfigFolder(environment), 'containers/auth.json'));
}

/** Where podman keeps the logins of a session; without one, as for root and in most jobs, those of a user. */
function podmanFolder({ env, root = '/' }: AuthEnvironment): string {
  const session = env['XDG_RUNTIME_DIR'];
  return session
    ? join(session, 'containers')
    : join(root, 'run/containers', String(process.getuid?.() ?? 0));
}

function* variable(text: string | undefined): Generator<AuthSource> {
  const place = 'DOCKER_AUTH_CONFIG';
  if (text) yield { place, keys: 'docker', file: parseAuthText(text, place) };
}

function* containersFile(path: string, named = ''): Generator<AuthSource> {
  const file = readAuthFile(path);
  if (file !== null) yield { place: named || path, keys: 'containers', file };
}
