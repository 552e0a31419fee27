import { join } from 'node:path';
import { DeadweightError, systemErrorCode, systemReason } from '../../base/errors.ts';
import { readInputFile } from '../../base/input-file.ts';
import { printable } from '../../base/untrusted-text.ts';
import { type UserEnvironment, userConfigFolder } from '../engine/docker-config.ts';

/** A store of podman, buildah, CRI-O and skopeo. */
export interface StorageLocation {
  /** `/var/lib/containers/storage` */
  readonly root: string;
  /** `overlay`, `vfs`; null where nothing says. */
  readonly driver: string | null;
}

/** Bytes of a storage.conf. Real ones have a few thousand. */
const MAX_CONFIG = 1024 * 1024;

/**
 * The stores that podman itself would look into: the one of CONTAINERS_STORAGE_CONF or storage.conf, root's or the
 * user's, then those that it names for reading only.
 * https://github.com/containers/storage/blob/main/docs/containers-storage.conf.5.md
 * @param isRoot whether the process runs as root
 * @throws DeadweightError `permission-denied`, `input-missing`
 */
export function findStorages({ env, homeDir }: UserEnvironment, isRoot: boolean): readonly StorageLocation[] {
  const given = env['CONTAINERS_STORAGE_CONF'];
  const ownConfig = join(userConfigFolder({ env, homeDir }), 'containers/storage.conf');
  const system = ['/etc/containers/storage.conf', '/usr/share/containers/storage.conf'];
  const config = given ? readConfig(given) : readFirst(isRoot ? system : [ownConfig]);
  if (given && config === null) throw configMissing(given);
  const driver = env['STORAGE_DRIVER'] || config?.driver || null;
  const root = config?.graphroot || (isRoot ? '/var/lib/containers/storage' : ownRoot(env, homeDir, system));
  return [root, ...(config?.additional ?? [])].map((path, index) => ({
    root: path,
    driver: index === 0 ? driver : null,
  }));
}

function ownRoot(env: UserEnvironment['env'], homeDir: string, system: readonly string[]): string {
  const configured = readFirst(system)?.rootless;
  if (configured) return expand(configured, env, homeDir);
  return join(env['XDG_DATA_HOME'] || join(homeDir, '.local/share'), 'containers/storage');
}

function expand(path: string, env: UserEnvironment['env'], homeDir: string): string {
  return path.replace(
    /\$\{?(\w+)\}?/g,
    (_all, name: string) => (name === 'HOME' ? homeDir : env[name]) ?? '',
  );
}

interface StorageConfig {
  readonly driver: string | undefined;
  readonly graphroot: string | undefined;
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
  const list = /^\s*additionalimagestores\s*=\s*\[([^\]]*)\]/m.exec(text)?.[1] ?? '';
  return {
    driver: readValue('driver'),
    graphroot: readValue('graphroot'),
    rootless: readValue('rootless_storage_path'),
    additional: [...list.replace(/^\s*#.*$/gm, '').matchAll(/["']([^"']+)["']/g)].map(
      ([, each = '']) => each,
    ),
  };
}

function readText(path: string): string | null {
  try {
    return readInputFile(path, { maxBytes: MAX_CONFIG }).toString('utf8');
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(cause) ?? '')) return null;
    throw new DeadweightError('permission-denied', {
      message: `${printable(path)}, which says where podman keeps its images, cannot be read: ${systemReason(cause)}.`,
      remedy: 'Let the user read it, or run podman save NAME | deadweight inspect -',
      cause,
    });
  }
}

function configMissing(path: string): DeadweightError {
  return new DeadweightError('input-missing', {
    message: `CONTAINERS_STORAGE_CONF names ${printable(path)}, which does not exist.`,
    remedy: 'Set it to the storage.conf of podman, or unset it.',
  });
}
