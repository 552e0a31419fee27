import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { type Exec, type Log, SilentProgram } from '../../base/effects.ts';
import { parseBoundedJson } from '../../base/json-shape.ts';
import { lazy } from '../../base/lazy.ts';
import { printable } from '../../base/untrusted-text.ts';
import type { DockerConfig, StoredAuth } from '../engine/docker-config.ts';

/** Who the user is at a registry. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'identity-token'; readonly token: string };

const helperAnswer = lazy(() => z.object({ Username: z.string(), Secret: z.string() }));

/** What docker calls its own registry where it stores credentials. */
const DOCKER_HUB = 'https://index.docker.io/v1/';

/**
 * The credentials that `docker login` stored for a registry: in a helper of its own, in the common helper, or in
 * config.json itself. Null when there are none; a helper that fails is reported to the log, and the registry is then asked as nobody.
 */
export async function findCredentials(
  registry: string,
  config: DockerConfig,
  exec: Exec,
  log: Log,
): Promise<Credentials | null> {
  const server = registry === 'docker.io' ? DOCKER_HUB : registry;
  const own = valueFor(registry, config.credHelpers);
  if (own) return await askHelper(own, server, exec, log);
  const found = config.credsStore ? await askHelper(config.credsStore, server, exec, log) : null;
  if (found) return found;
  const auth = valueFor(registry, config.auths);
  return auth ? fromConfig(auth) : null;
}

/** The value of the registry's own name, else of a name that means it: people write it with a scheme and a path. */
function valueFor<T>(registry: string, values: Readonly<Record<string, T>>): T | undefined {
  const exact = registry === 'docker.io' ? DOCKER_HUB : registry;
  const entries = Object.entries(values);
  return (entries.find(([name]) => name === exact) ??
    entries.find(([name]) => hostOf(name) === registry))?.[1];
}

function hostOf(name: string): string {
  const host = name.replace(/^https?:\/\//, '').split('/', 1)[0] ?? '';
  return host === 'index.docker.io' ? 'docker.io' : host;
}

function fromConfig({ auth, identityToken }: StoredAuth): Credentials | null {
  if (identityToken) return { kind: 'identity-token', token: identityToken };
  const text = Buffer.from(auth ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) return null;
  // Some tools pad what they encode.
  const password = text.slice(colon + 1).replace(/\0+$/, '');
  return { kind: 'password', username: text.slice(0, colon), password };
}

/** Milliseconds: some ask a service, and some the user. */
const MAX_HELPER_SILENCE = 60_000;

/** https://github.com/docker/docker-credential-helpers */
async function askHelper(helper: string, server: string, exec: Exec, log: Log): Promise<Credentials | null> {
  const program = `docker-credential-${helper}`;
  const failed = (why: string) =>
    log.warn(
      `${printable(program)}, which Docker's configuration names for ${printable(server)}, ${why}: going on without credentials.`,
    );
  // The name comes from a file that a repository could bring along: it may not be a path.
  if (!/^[\w.-]+$/.test(helper)) {
    failed('is not the name of a program');
    return null;
  }
  try {
    const options = { input: Buffer.from(server), maxSilence: MAX_HELPER_SILENCE };
    const { exitCode, stdout } = await exec.run(program, ['get'], options);
    if (exitCode === 0) return fromHelper(stdout);
    // Helpers say on standard output that they have none; never show it, it may hold a secret.
    if (/credentials not found/i.test(stdout))
      log.debug(`${program} has no credentials for ${printable(server)}`);
    else failed(`failed (${exitCode})`);
  } catch (error) {
    if (error instanceof SilentProgram) failed(`said nothing for ${MAX_HELPER_SILENCE / 1000} seconds`);
    else failed('could not be asked');
  }
  return null;
}

function fromHelper(stdout: string): Credentials {
  const { Username: username, Secret: secret } = helperAnswer().parse(parseBoundedJson(stdout));
  if (username === '<token>') return { kind: 'identity-token', token: secret };
  return { kind: 'password', username, password: secret };
}
