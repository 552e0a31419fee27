import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { type Exec, type Log, SilentProgram } from '../../base/effects.ts';
import { parseBoundedJson } from '../../base/json-shape.ts';
import { lazy } from '../../base/lazy.ts';
import { printable } from '../../base/untrusted-text.ts';
import type { StoredAuth } from '../engine/docker-config.ts';
import type { AuthSource } from './auth-sources.ts';

/** Who the user is at a registry. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'identity-token'; readonly token: string }
  /** What the registry itself takes. */
  | { readonly kind: 'registry-token'; readonly token: string };

const helperAnswer = lazy(() => z.object({ Username: z.string(), Secret: z.string() }));

/** What docker calls its own registry where it stores credentials. */
const DOCKER_HUB = 'https://index.docker.io/v1/';

/** Whom credentials are for. */
interface Wanted {
  readonly registry: string;
  readonly repository: string;
}

/**
 * The credentials that somebody stored for a registry: in a helper of its own, in the common helper, or in a file. Null
 * when there are none; a helper that fails is reported to the log, and the registry is then asked as nobody.
 */
export async function findCredentials(
  wanted: Wanted,
  sources: Iterable<AuthSource>,
  exec: Exec,
  log: Log,
): Promise<Credentials | null> {
  for (const source of sources) {
    const found = await findIn(source, wanted, exec, log);
    if (found !== null) return found;
  }
  return null;
}

async function findIn(source: AuthSource, wanted: Wanted, exec: Exec, log: Log): Promise<Credentials | null> {
  const { credHelpers, credsStore, auths } = source.file;
  const helper: Helper = { server: nameOf(wanted, source), place: source.place, exec, log };
  const own = valueFor(wanted, credHelpers, source);
  if (own) return await askHelper(own, helper);
  const found = credsStore ? await askHelper(credsStore, helper) : null;
  if (found) return found;
  const auth = valueFor(wanted, auths, source);
  return auth ? fromConfig(auth) : null;
}

function nameOf({ registry }: Wanted, { keys }: AuthSource): string {
  return registry === 'docker.io' && keys === 'docker' ? DOCKER_HUB : registry;
}

/**
 * The value of the longest name that a repository lies in, where the file knows such; of the registry's own name; else of
 * a name that means it: people write it with a scheme and a path.
 */
function valueFor<T>(wanted: Wanted, values: Readonly<Record<string, T>>, source: AuthSource): T | undefined {
  const names = [nameOf(wanted, source)];
  if (source.keys === 'containers') {
    const parts = wanted.repository.split('/');
    for (let count = 1; count <= parts.length; count += 1) {
      names.unshift([wanted.registry, ...parts.slice(0, count)].join('/'));
    }
  }
  const exact = names.find(name => Object.hasOwn(values, name));
  if (exact !== undefined) return values[exact];
  const means = source.keys === 'docker' ? hostOf : hostAlone;
  return Object.entries(values).find(([name]) => means(name) === wanted.registry)?.[1];
}

function hostOf(name: string): string {
  const host = name.replace(/^https?:\/\//, '').split('/', 1)[0] ?? '';
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
}

/** Of a name with a path only as old versions of docker wrote it: others are for a part of the registry. */
function hostAlone(name: string): string | null {
  return /\/./.test(name.replace(/^https?:\/\//, '').replace(/\/v[12]\/?$/, '')) ? null : hostOf(name);
}

function fromConfig({ auth, login, identityToken, registryToken }: StoredAuth): Credentials | null {
  if (registryToken) return { kind: 'registry-token', token: registryToken };
  if (identityToken) return { kind: 'identity-token', token: identityToken };
  if (login && !auth) return { kind: 'password', ...login };
  const text = Buffer.from(auth ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) return null;
  // Some tools pad what they encode.
  const password = text.slice(colon + 1).replace(/\0+$/, '');
  return { kind: 'password', username: text.slice(0, colon), password };
}

interface Helper {
  /** What it is asked for. */
  readonly server: string;
  /** Who names it. */
  readonly place: string;
  readonly exec: Exec;
  readonly log: Log;
}

/** Milliseconds: some ask a service, and some the user. */
const MAX_HELPER_SILENCE = 60_000;

/** https://github.com/docker/docker-credential-helpers */
async function askHelper(helper: string, { server, place, exec, log }: Helper): Promise<Credentials | null> {
  const program = `docker-credential-${helper}`;
  const failed = (why: string) =>
    log.warn(
      `${printable(program)}, which ${printable(place)} names for ${printable(server)}, ${why}: going on without it.`,
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
