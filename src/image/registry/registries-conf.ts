import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DeadweightError, systemErrorCode, systemReason } from '../../base/errors.ts';
import { readInputFile } from '../../base/input-file.ts';
import { lazy } from '../../base/lazy.ts';
import { printable } from '../../base/untrusted-text.ts';
import { userConfigFolder } from '../engine/docker-config.ts';
import { isInsecure, readDaemonRegistries } from './daemon-json.ts';

/** One place where a repository can be read. */
export interface RegistryPlace {
  readonly registry: string;
  readonly repository: string;
  /** Whether it may be spoken to without TLS, or with a certificate that nobody knows. */
  readonly isInsecure: boolean;
  readonly isMirror: boolean;
}

interface WantedImage {
  readonly registry: string;
  readonly repository: string;
  /** Whether it is named by its digest. */
  readonly hasDigest: boolean;
}

interface ConfigurationEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  /** Where `etc` is; `/` when absent. */
  readonly root?: string;
}

const mirrorSchema = lazy(() =>
  z.object({
    location: z.string(),
    insecure: z.boolean().default(false),
    'pull-from-mirror': z.enum(['', 'all', 'digest-only', 'tag-only']).default(''),
  }),
);

const registrySchema = lazy(() =>
  z.object({
    prefix: z.string().default(''),
    location: z.string().default(''),
    insecure: z.boolean().default(false),
    blocked: z.boolean().default(false),
    'mirror-by-digest-only': z.boolean().default(false),
    mirror: z.array(mirrorSchema()).default([]),
  }),
);

const fileSchema = lazy(() => z.object({ registry: z.array(registrySchema()).default([]) }));

type RegistryTable = z.infer<ReturnType<typeof registrySchema>>;

/** Bytes of a file. */
const MAX_FILE = 1024 * 1024;
/** Files of a folder that are read. */
const MAX_FILES = 100;

/**
 * Where an image is looked for: the mirrors that containers-registries.conf(5) names, one after the other, and the registry
 * itself, at the location that it has there. Where that says nothing, what docker's engine is told counts.
 * @returns at least one place; the registry itself is the last
 * @throws DeadweightError `config-invalid`, `permission-denied`, also for a registry that is blocked
 */
export async function findPlaces(
  image: WantedImage,
  environment: ConfigurationEnvironment,
): Promise<readonly RegistryPlace[]> {
  const { registry, repository, hasDigest } = image;
  const name = `${registry}/${repository}`;
  const table = longest(await readTables(environment), name);
  if (table === null) return findDockerPlaces(image, environment.root ?? '/');
  if (table.blocked) throw blocked(registry, table);
  const mirrors = table.mirror.filter(mirror => serves(mirror['pull-from-mirror'], table, hasDigest));
  return [
    ...mirrors.map(({ location, insecure }) => moved(name, table, location, insecure, true)),
    moved(name, table, table.location, table.insecure, false),
  ];
}

/** Where docker's engine looks for it: it has mirrors of Docker Hub alone. */
function findDockerPlaces({ registry, repository }: WantedImage, root: string): readonly RegistryPlace[] {
  const { mirrors, insecure } = readDaemonRegistries(root);
  const isPermitted = (host: string): boolean => isInsecure(host, insecure);
  const own = { registry, repository, isInsecure: isPermitted(registry), isMirror: false };
  if (registry !== 'docker.io') return [own];
  const others = mirrors.map(({ host, isPlain }) => ({
    registry: host,
    repository,
    isInsecure: isPlain || isPermitted(host),
    isMirror: true,
  }));
  return [...others, own];
}

function serves(kind: string, table: RegistryTable, hasDigest: boolean): boolean {
  const own = kind === '' && table['mirror-by-digest-only'] ? 'digest-only' : kind;
  return own === 'digest-only' ? hasDigest : own === 'tag-only' ? !hasDigest : true;
}

/** The name at a location, which stands for the prefix of the table. */
function moved(
  name: string,
  table: RegistryTable,
  location: string,
  isInsecure: boolean,
  isMirror: boolean,
): RegistryPlace {
  const rest = name.slice(matchLength(prefixOf(table), name));
  const text = location === '' ? name : `${location.replace(/\/$/, '')}${rest}`;
  const slash = text.indexOf('/');
  if (slash < 1 || slash === text.length - 1) throw unusableLocation(name, location);
  return { registry: text.slice(0, slash), repository: text.slice(slash + 1), isInsecure, isMirror };
}

function prefixOf({ prefix, location }: RegistryTable): string {
  return (prefix || location).replace(/\/$/, '');
}

/** Characters of a name that a prefix is; 0 where it is none of it. */
function matchLength(prefix: string, name: string): number {
  if (prefix.startsWith('*.')) {
    const host = name.slice(0, name.indexOf('/'));
    return host.endsWith(prefix.slice(1)) && host.length > prefix.length - 1 ? host.length : 0;
  }
  return (prefix !== '' && name.startsWith(`${prefix}/`)) || name === prefix ? prefix.length : 0;
}

function longest(tables: readonly RegistryTable[], name: string): RegistryTable | null {
  const matching = tables.filter(table => matchLength(prefixOf(table), name) > 0);
  // A name of a host comes before a pattern of hosts, and a later file before an earlier one.
  return matching.toReversed().toSorted((a, b) => prefixOf(b).length - prefixOf(a).length)[0] ?? null;
}

async function readTables({ env, homeDir, root = '/' }: ConfigurationEnvironment): Promise<RegistryTable[]> {
  const etc = join(root, 'etc/containers/registries.conf');
  const user = join(userConfigFolder({ env, homeDir }), 'containers/registries.conf');
  const named = env['CONTAINERS_REGISTRIES_CONF'];
  const texts: { readonly path: string; readonly text: string }[] = [];
  const add = (path: string): boolean => {
    const text = readText(path);
    if (text !== null) texts.push({ path, text });
    return text !== null;
  };
  if (named) add(named);
  else {
    if (!add(user)) add(etc);
    for (const folder of [`${etc}.d`, `${user}.d`]) for (const path of listFiles(folder)) add(path);
  }
  // Most machines have none, or one that says nothing of a registry: no parser is loaded for those.
  const tables = texts.filter(({ text }) => /^[ \t]*\[\[\s*["']?registry/m.test(text));
  if (tables.length === 0) return [];
  const { parse } = await import('smol-toml');
  return tables.flatMap(({ path, text }) => {
    try {
      return fileSchema().parse(parse(text)).registry;
    } catch (cause) {
      throw invalidFile(path, cause);
    }
  });
}

function listFiles(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter(name => name.endsWith('.conf'));
    return names
      .toSorted()
      .slice(0, MAX_FILES)
      .map(name => join(folder, name));
  } catch {
    return [];
  }
}

function readText(path: string): string | null {
  try {
    return readInputFile(path, { maxBytes: MAX_FILE }).toString('utf8');
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new DeadweightError('permission-denied', {
      message: `${path} cannot be read: ${systemReason(cause)}.`,
      remedy: 'Make it readable, or let CONTAINERS_REGISTRIES_CONF name another file.',
      cause,
    });
  }
}

function invalidFile(path: string, cause: unknown): DeadweightError {
  return new DeadweightError('config-invalid', {
    message: `${path} is not a configuration of registries as podman and skopeo read it.`,
    remedy: 'Repair it, or let CONTAINERS_REGISTRIES_CONF name another file.',
    cause,
  });
}

/** podman refuses such a location, too: cut anywhere, it would be a registry that nobody named. */
function unusableLocation(name: string, location: string): DeadweightError {
  return new DeadweightError('config-invalid', {
    message: `registries.conf gives ${printable(name)} the location ${printable(location)}, which names no repository of a registry.`,
    remedy: 'Repair it, or let CONTAINERS_REGISTRIES_CONF name another file.',
  });
}

function blocked(registry: string, table: RegistryTable): DeadweightError {
  return new DeadweightError('permission-denied', {
    message: `The registry ${registry} is blocked by registries.conf (${printable(prefixOf(table))}).`,
    remedy: 'Name an image of another registry, or let the operator of this machine permit it.',
  });
}
