import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { systemErrorCode } from '../base/errors.ts';
import { readInputFile } from '../base/input-file.ts';
import { parseBoundedJson } from '../base/json-shape.ts';
import { lazy } from '../base/lazy.ts';

/** Where docker looks for its settings. */
interface DockerUser {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  /** What docker talks to, letter by letter: an address, or the name of a context that is not the default; null where it is not known. */
  readonly endpoint: string | null;
}

/** A builder as buildx has recorded it. */
export type RecordedBuilder =
  /** The engine that docker itself talks to. */
  | { readonly kind: 'engine' }
  | {
      readonly kind: 'instance';
      readonly driver: string;
      /** Of its nodes: `unix:///var/run/docker.sock`, `tcp://…`, a context. */
      readonly endpoints: readonly string[];
    };

/** Drivers whose images no engine keeps. */
const DRIVERS: ReadonlySet<string> = new Set(['docker-container', 'kubernetes', 'remote']);

/**
 * The builder that buildx would choose, by what it keeps of builders (`store/store.go`): asking it is a program's start.
 * @param builder as it is given to `--builder`
 * @returns null where that is not certain: `docker buildx inspect` knows
 */
export function readBuilder(builder: string, { env, homeDir, endpoint }: DockerUser): RecordedBuilder | null {
  const directory = env['BUILDX_CONFIG'] || join(env['DOCKER_CONFIG'] || join(homeDir, '.docker'), 'buildx');
  const choice = readChoice(join(directory, 'current'));
  if (choice === undefined) return null;
  const isChosen = choice !== null && (choice.Global || choice.Key === endpoint);
  const named = builder || env['BUILDX_BUILDER'];
  // Whether it was chosen for this endpoint is not known.
  if (endpoint === null && !named && choice !== null && !choice.Global) return null;
  const name = named || (isChosen ? choice.Name : '');
  const instances = join(directory, 'instances');
  if (name !== '') return readInstance(instances, name.toLowerCase());
  // A choice for another endpoint is none; a default may be kept for this one, and a builder be named as a context.
  const context = endpoint === null || endpoint.includes('://') ? 'default' : endpoint;
  return isEmpty(join(directory, 'defaults')) && !existsSync(join(instances, context))
    ? { kind: 'engine' }
    : null;
}

const choiceSchema = lazy(() =>
  z.object({ Key: z.string(), Name: z.string(), Global: z.boolean().default(false) }),
);
const instanceSchema = lazy(() =>
  z.object({ Driver: z.string(), Nodes: z.array(z.object({ Endpoint: z.string() })).min(1) }),
);

/** @returns null where there was no choice; undefined where it cannot be read */
function readChoice(path: string): z.infer<ReturnType<typeof choiceSchema>> | null | undefined {
  const document = readDocument(path);
  return document === null ? null : choiceSchema().safeParse(document).data;
}

function readInstance(folder: string, name: string): RecordedBuilder | null {
  if (!/^[a-z][\w.-]*$/.test(name)) return null;
  const instance = instanceSchema().safeParse(readDocument(join(folder, name))).data;
  if (instance === undefined || !DRIVERS.has(instance.Driver)) return null;
  const endpoints = instance.Nodes.map(node => node.Endpoint);
  return { kind: 'instance', driver: instance.Driver, endpoints };
}

/** Bytes of a record; a node's configuration may be in it. */
const MAX_RECORD = 1024 * 1024;

/** @returns null where there is none, undefined for what is none */
function readDocument(path: string): unknown {
  try {
    return parseBoundedJson(readInputFile(path, { maxBytes: MAX_RECORD }).toString('utf8'));
  } catch (error) {
    return systemErrorCode(error) === 'ENOENT' ? null : undefined;
  }
}

function isEmpty(directory: string): boolean {
  try {
    return readdirSync(directory).length === 0;
  } catch (error) {
    return systemErrorCode(error) === 'ENOENT';
  }
}
