import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DeadweightError, systemErrorCode, systemReason } from '../../base/errors.ts';
import { readInputFile } from '../../base/input-file.ts';
import { ExcessiveJson, parseBoundedJson } from '../../base/json-shape.ts';
import { lazy } from '../../base/lazy.ts';
import { contextMissing, contextWithoutEngine } from './engine-errors.ts';

/** Credentials as config.json of Docker and auth.json of podman store them. */
export interface AuthFile {
  readonly auths: Readonly<Record<string, StoredAuth>>;
  /** By registry: suffix of a `docker-credential-…` program. */
  readonly credHelpers: Readonly<Record<string, string>>;
  readonly credsStore: string | null;
}

/** What we need of Docker's config.json. */
interface DockerConfig extends AuthFile {
  readonly directory: string;
  readonly currentContext: string | null;
}

/** Bytes of a file of Docker's configuration or of a certificate. Real ones have a few thousand. */
export const MAX_DOCKER_FILE = 16 * 1024 * 1024;

export interface StoredAuth {
  /** Base64 of `user:password`. */
  readonly auth: string | null;
  /** What `auth` has, where somebody wrote it in clear. */
  readonly login: { readonly username: string; readonly password: string } | null;
  /** Gets tokens. */
  readonly identityToken: string | null;
  /** Is a token. */
  readonly registryToken: string | null;
}

const authSchema = lazy(() =>
  z
    .object({
      auth: z.string().nullish(),
      username: z.string().nullish(),
      password: z.string().nullish(),
      identitytoken: z.string().nullish(),
      registrytoken: z.string().nullish(),
    })
    .transform(
      ({ auth, username, password, identitytoken, registrytoken }): StoredAuth => ({
        auth: auth || null,
        login: username && password ? { username, password } : null,
        identityToken: identitytoken || null,
        registryToken: registrytoken || null,
      }),
    ),
);

const configSchema = lazy(() =>
  z.object({
    currentContext: z.string().nullish(),
    auths: z.record(z.string(), authSchema()).nullish(),
    credHelpers: z.record(z.string(), z.string()).nullish(),
    credsStore: z.string().nullish(),
  }),
);

export interface UserEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
}

/** Where docker's command keeps its configuration. */
export function dockerFolder({ env, homeDir }: UserEnvironment): string {
  return env['DOCKER_CONFIG'] || join(homeDir, '.docker');
}

/** Where programs keep the configuration of a user: https://specifications.freedesktop.org/basedir-spec/latest/ */
export function userConfigFolder({ env, homeDir }: UserEnvironment): string {
  return env['XDG_CONFIG_HOME'] || join(homeDir, '.config');
}

type WireConfig = z.infer<ReturnType<typeof configSchema>>;

/**
 * Reads config.json of DOCKER_CONFIG or `~/.docker`; a missing file is an empty one.
 * @throws DeadweightError `config-invalid` (never with its content: it holds passwords), `permission-denied`.
 */
export function readDockerConfig(environment: UserEnvironment): DockerConfig {
  const directory = dockerFolder(environment);
  const path = join(directory, 'config.json');
  const wire = parseConfig(readJsonFile(path) ?? {}, path);
  return { directory, currentContext: wire.currentContext || null, ...authFileOf(wire) };
}

/**
 * Reads auth.json of podman, skopeo and buildah: null where there is none. https://man.archlinux.org/man/containers-auth.json.5
 * @throws DeadweightError as `readDockerConfig`
 */
export function readAuthFile(path: string): AuthFile | null {
  const value = readJsonFile(path);
  return value === null ? null : authFileOf(parseConfig(value, path));
}

/**
 * Reads what a variable holds of a config.json.
 * @throws DeadweightError `config-invalid`
 */
export function parseAuthText(text: string, variable: string): AuthFile {
  return authFileOf(parseConfig(parseJsonText(text, variable), variable));
}

function parseConfig(value: unknown, place: string): WireConfig {
  const parsed = configSchema().safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidConfig(place, `at ${parsed.error.issues[0]?.path.join('.') || 'the top'}`);
}

function authFileOf({ auths, credHelpers, credsStore }: WireConfig): AuthFile {
  return { auths: auths ?? {}, credHelpers: credHelpers ?? {}, credsStore: credsStore || null };
}

/**
 * The value of a JSON file of Docker's configuration; null when there is no such file.
 * @throws DeadweightError `config-invalid`, `permission-denied`.
 */
function readJsonFile(path: string): unknown {
  let text: string;
  try {
    text = readInputFile(path, { maxBytes: MAX_DOCKER_FILE }).toString('utf8');
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new DeadweightError('permission-denied', {
      message: `${path} cannot be read: ${systemReason(cause)}.`,
      remedy: "Make it readable, or point DOCKER_CONFIG at another folder with Docker's configuration.",
      cause,
    });
  }
  return parseJsonText(text, path);
}

function parseJsonText(text: string, place: string): unknown {
  try {
    return parseBoundedJson(text);
  } catch (error) {
    if (error instanceof ExcessiveJson) throw invalidConfig(place, `it ${error.message}`);
    // The parser quotes what it read, and that may be a password.
    throw invalidConfig(place, 'it is not JSON');
  }
}

function invalidConfig(path: string, why: string): DeadweightError {
  return new DeadweightError('config-invalid', {
    message: `${path} is not a configuration of Docker: ${why}.`,
    remedy: 'Repair it, or point DOCKER_CONFIG at another folder.',
  });
}

/** The certificates of a connection with TLS. */
export interface TlsFiles {
  /** Holds ca.pem, cert.pem and key.pem, each optional. */
  readonly directory: string;
  readonly verify: boolean;
}

const contextSchema = lazy(() =>
  z.object({
    Endpoints: z.object({
      docker: z.object({ Host: z.string().min(1), SkipTLSVerify: z.boolean().nullish() }),
    }),
  }),
);

/**
 * The engine of a Docker context, from the store that `docker context` keeps: meta.json in a folder named by
 * the SHA-256 of the context's name, and its certificates beside.
 * @throws DeadweightError `engine-unreachable` when there is no such context, `config-invalid`.
 */
export function readContext(
  store: string,
  name: string,
): { readonly host: string; readonly tls: TlsFiles | null } {
  const id = createHash('sha256').update(name).digest('hex');
  const path = join(store, 'meta', id, 'meta.json');
  const value = readJsonFile(path);
  if (value === null) throw contextMissing(name);
  const parsed = contextSchema().safeParse(value);
  if (!parsed.success) throw contextWithoutEngine(name, path);
  const { Host: host, SkipTLSVerify: skip } = parsed.data.Endpoints.docker;
  const directory = join(store, 'tls', id, 'docker');
  return { host, tls: existsSync(directory) ? { directory, verify: !skip } : null };
}
