import { join } from 'node:path';
import { DeadweightError, systemErrorCode, systemReason } from '../../base/errors.ts';
import { readInputFile, UnfitFile } from '../../base/input-file.ts';
import { printable } from '../../base/untrusted-text.ts';
import { type UserEnvironment, userConfigFolder } from '../engine/docker-config.ts';

/** A store of podman, buildah, CRI-O and skopeo. */
export interface StorageLocation {
  /** `/var/lib/containers/storage` */
  readonly root: string;
  /** `overlay`, `vfs`; null where nothing says. */
  readonly driver: string | null;
}

/** Root's, where nothing says another. */
const ROOT_STORE = '/var/lib/containers/storage';
/** Bytes of a storage.conf. Real ones have a few thousand. */
const MAX_CONFIG = 1024 * 1024;

/**
 * The stores that podman itself would look into: the one of CONTAINERS_STORAGE_CONF or storage.conf, root's or the
 * user's, then those that it names for reading only.
 * https://github.com/containers/storage/blob/main/docs/containers-storage.conf.5.md
 * @param uid of the process
 * @throws DeadweightError `permission-denied`, `input-missing`, `config-invalid` (no file of a sensible size)
 */
export function findStorages(environment: UserEnvironment, uid: number): readonly StorageLocation[] {
  const { env, homeDir } = environment;
  const user = storeUser(env, uid);
  const given = env['CONTAINERS_STORAGE_CONF'];
  const ownConfig = join(userConfigFolder(environment), 'containers/storage.conf');
  const system = [
    ...(env['XDG_CONFIG_HOME'] ? [ownConfig] : []),
    '/etc/containers/storage.conf',
    '/usr/share/containers/storage.conf',
  ];
  const config = given ? readConfig(given) : readFirst(user === 0 ? system : [ownConfig]);
  if (given && config === null) throw configMissing(given);
  const driver = env['STORAGE_DRIVER'] || config?.driver || null;
  const root =
    config?.graphroot || (user === 0 ? ROOT_STORE : (config?.rootless ?? readFirst(system)?.rootless));
  const roots = [
    ...(config?.imagestore ? [config.imagestore] : []),
    root
      ? expand(root, environment, user)
      : join(env['XDG_DATA_HOME'] || join(homeDir, '.local/share'), 'containers/storage'),
    ...(config?.additional ?? []),
  ];
  return roots.map(path => ({ root: path, driver }));
}

/**
 * Whose stores are looked into. In `podman unshare` and `buildah unshare` a user is root, of the own store.
 * https://github.com/containers/storage/blob/main/pkg/unshare/unshare_linux.go
 */
function storeUser(env: UserEnvironment['env'], uid: number): number {
  const outside = env['_CONTAINERS_ROOTLESS_UID'];
  return outside ? Number.parseInt(outside, 10) || 0 : uid;
}

/** Replaces the variables of a path. `$UID`, which shells know and do not export, is the user's. */
function expand(path: string, { env, homeDir }: UserEnvironment, user: number): string {
  const known = path.replaceAll('$UID', String(user));
  return known.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_all, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    return (name === 'HOME' ? homeDir : env[name]) ?? '';
  });
}

interface StorageConfig {
  readonly driver: string | undefined;
  readonly graphroot: string | undefined;
  readonly imagestore: string | undefined;
  readonly rootless: string | undefined;
  readonly additional: readonly string[];
}

function readFirst(paths: readonly string[]): StorageConfig | null {
  for (const path of paths) {
    const config = readConfig(path);
    if (config !== null) return config;
  }
  return null;
}

/** Of TOML only what a storage.conf has: `key = "value"` and lists of strings. */
function readConfig(path: string): StorageConfig | null {
  const text = readText(path);
  if (text === null) return null;
  const lines = text.split('\n').map(line => line.trim());
  const readValue = (key: string) =>
    lines.map(line => new RegExp(`^${key}\\s*=\\s*["']([^"']*)["']`).exec(line)?.[1]).find(Boolean);
  const list = /^[ \t]*additionalimagestores\s*=\s*\[([^\]]*)\]/m.exec(text)?.[1] ?? '';
  return {
    driver: readValue('driver'),
    graphroot: readValue('graphroot'),
    imagestore: readValue('imagestore'),
    rootless: readValue('rootless_storage_path'),
    additional: [...list.replace(/^[ \t]*#.*$/gm, '').matchAll(/["']([^"']+)["']/g)].map(
      ([, each = '']) => each,
    ),
  };
}

function readText(path: string): string | null {
  try {
    return readInputFile(path, { maxBytes: MAX_CONFIG }).toString('utf8');
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(cause) ?? '')) return null;
    if (cause instanceof UnfitFile) throw configUnfit(path, cause);
    throw new DeadweightError('permission-denied', {
      message: `${printable(path)}, which says where podman keeps its images, cannot be read: ${systemReason(cause)}.`,
      remedy: 'Let the user read it, or run podman save NAME | deadweight inspect -',
      cause,
    });
  }
}

function configUnfit(path: string, cause: UnfitFile): DeadweightError {
  return new DeadweightError('config-invalid', {
    message: `${printable(path)}, which says where podman keeps its images, cannot be read: ${cause.message}.`,
    remedy:
      'Set CONTAINERS_STORAGE_CONF to the storage.conf of podman, or write containers-storage:[overlay@GRAPHROOT]NAME.',
    cause,
  });
}

function configMissing(path: string): DeadweightError {
  return new DeadweightError('input-missing', {
    message: `CONTAINERS_STORAGE_CONF names ${printable(path)}, which does not exist.`,
    remedy: 'Set it to the storage.conf of podman, or unset it.',
  });
}
