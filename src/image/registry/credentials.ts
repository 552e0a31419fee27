import { Buffer } from 'node:buffer';
import { z } from 'zod';
import type { Exec } from '../../base/exec.ts';
import type { Log } from '../../base/log.ts';
import { printable } from '../../oci/printable.ts';
import type { DockerConfig, StoredAuth } from '../engine/docker-config.ts';

/** Who the user is at a registry. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'identity-token'; readonly token: string };

const helperAnswer = z.object({ Username: z.string(), Secret: z.string() });

/**
 * The credentials that `docker login` stored for a registry: in a helper of its own, in the common helper, or in
 * config.json itself. Null when there are none; a helper that fails is reported to the log, and the registry is then asked as nobody.
 */
export async function credentialsFor(
  registry: string,
  config: DockerConfig,
  exec: Exec,
  log: Log,
): Promise<Credentials | null> {
  const names = serverNames(registry);
  for (const name of names) {
    const helper = config.credHelpers[name];
    if (helper) return await askHelper(helper, name, exec, log);
  }
  const [first = registry] = names;
  const found = config.credsStore ? await askHelper(config.credsStore, first, exec, log) : null;
  if (found) return found;
  for (const name of names) {
    const auth = config.auths[name];
    const credentials = auth ? fromConfig(auth) : null;
    if (credentials) return credentials;
  }
  return null;
}

/** The names under which docker stores the credentials of a registry; the first is what it asks helpers for. */
function serverNames(registry: string): readonly string[] {
  if (registry === 'docker.io') return ['https://index.docker.io/v1/', 'index.docker.io', 'docker.io'];
  return [
    registry,
    `https://${registry}`,
    `http://${registry}`,
    `https://${registry}/v1/`,
    `https://${registry}/v2/`,
  ];
}

function fromConfig({ auth, identityToken }: StoredAuth): Credentials | null {
  if (identityToken) return { kind: 'identity-token', token: identityToken };
  const text = Buffer.from(auth ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) return null;
  return { kind: 'password', username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** https://github.com/docker/docker-credential-helpers */
async function askHelper(helper: string, server: string, exec: Exec, log: Log): Promise<Credentials | null> {
  const program = `docker-credential-${helper}`;
  // The name comes from a file that a repository could bring along: it may not be a path.
  if (!/^[\w.-]+$/.test(helper)) return null;
  try {
    const { exitCode, stdout } = await exec.run(program, ['get'], { input: Buffer.from(server) });
    if (exitCode !== 0) {
      // Helpers say on standard output that they have none; never more of it, it may hold a secret.
      const isNone = /credentials not found/i.test(stdout);
      log.debug(
        `${program} ${isNone ? 'has no credentials' : `failed (${exitCode})`} for ${printable(server)}`,
      );
      return null;
    }
    const { Username: username, Secret: secret } = helperAnswer.parse(JSON.parse(stdout));
    if (username === '<token>') return { kind: 'identity-token', token: secret };
    return { kind: 'password', username, password: secret };
  } catch {
    log.warn(`${program}, which Docker's configuration names for ${printable(server)}, could not be asked.`);
    return null;
  }
}
