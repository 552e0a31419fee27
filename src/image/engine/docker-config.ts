import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DeadweightError, messageOf, systemErrorCode } from '../../base/errors.ts';

/** What we need of Docker's config.json. */
export interface DockerConfig {
  readonly directory: string;
  readonly currentContext: string | null;
  /** By registry: base64 of `user:password`, or an identity token. */
  readonly auths: Readonly<Record<string, StoredAuth>>;
  /** By registry: suffix of a `docker-credential-…` program. */
  readonly credHelpers: Readonly<Record<string, string>>;
  readonly credsStore: string | null;
}

export interface StoredAuth {
  readonly auth: string | null;
  readonly identityToken: string | null;
}

const authSchema = z
  .object({ auth: z.string().nullish(), identitytoken: z.string().nullish() })
  .transform((wire): StoredAuth => ({ auth: wire.auth || null, identityToken: wire.identitytoken || null }));

const schema = z.object({
  currentContext: z.string().nullish(),
  auths: z.record(z.string(), authSchema).nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
  credsStore: z.string().nullish(),
});

export interface UserEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
}

/**
 * Reads config.json of DOCKER_CONFIG or `~/.docker`; a missing file is an empty one.
 * @throws DeadweightError `config-invalid` (never with its content: it holds passwords), `permission-denied`.
 */
export function readDockerConfig({ env, homeDir }: UserEnvironment): DockerConfig {
  const directory = env['DOCKER_CONFIG'] || join(homeDir, '.docker');
  const path = join(directory, 'config.json');
  const parsed = schema.safeParse(readJsonFile(path) ?? {});
  if (!parsed.success) throw invalidConfig(path, `at ${parsed.error.issues[0]?.path.join('.') || 'the top'}`);
  const { currentContext, auths, credHelpers, credsStore } = parsed.data;
  return {
    directory,
    currentContext: currentContext || null,
    auths: auths ?? {},
    credHelpers: credHelpers ?? {},
    credsStore: credsStore || null,
  };
}

/**
 * The value of a JSON file of Docker's configuration; null when there is no such file.
 * @throws DeadweightError `config-invalid`, `permission-denied`.
 */
export function readJsonFile(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new DeadweightError('permission-denied', {
      message: `${path} could not be read: ${messageOf(cause)}.`,
      remedy: "Make it readable, or point DOCKER_CONFIG at another folder with Docker's configuration.",
      cause,
    });
  }
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // The parser quotes what it read, and that may be a password.
    throw invalidConfig(path, 'it is not JSON');
  }
}

function invalidConfig(path: string, why: string): DeadweightError {
  return new DeadweightError('config-invalid', {
    message: `${path} is not a configuration of Docker: ${why}.`,
    remedy: 'Repair it, or point DOCKER_CONFIG at another folder.',
  });
}
