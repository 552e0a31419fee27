import { connect } from 'node:net';
import type { Exec, Log } from '../../base/effects.ts';
import { messageOf } from '../../base/errors.ts';
import type { Platform } from '../../base/platform.ts';
import { type BuildDriver, detectDriver } from '../../build/build-driver.ts';
import { type RecordedBuilder, readBuilder } from '../../build/current-builder.ts';
import { readDockerConfig } from '../../image/engine/docker-config.ts';
import { chooseEndpoint } from '../../image/engine/endpoint.ts';
import { EngineClient } from '../../image/engine/engine-client.ts';
import { EngineConnection } from '../../image/engine/engine-connection.ts';
import { type EngineContents, findEngineContents } from '../../image/engine/engine-contents.ts';
import type { EngineStoreUse } from '../../image/image.ts';
import { definedOnly, loadBuildExec } from '../program-exec.ts';

/** What asking for the builder takes. */
interface BuilderContext {
  readonly exec: Exec;
  readonly log: Log;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly hostPlatform: Platform;
  readonly engineStore: EngineStoreUse;
}

export interface FoundBuilder extends BuildDriver {
  /** Of the engine that it is, as far as it is known to be that of this run; null where they cannot be read. */
  readonly contents: EngineContents | null;
}

/** What a run has learned: its builds, and its push, ask the same. */
const known = new WeakMap<Exec, Map<string, Promise<FoundBuilder>>>();

/**
 * The builder of a run, asked for once. What buildx has recorded tells which it is, and the engine where it keeps images:
 * programs of docker need ten times as long for the same answers, and are asked where these are none.
 * @param builder name of the builder; empty for the current one
 * @throws DeadweightError as `detectDriver`
 */
export function findBuilder(builder: string, cwd: string, context: BuilderContext): Promise<FoundBuilder> {
  const builders = known.get(context.exec) ?? new Map<string, Promise<FoundBuilder>>();
  known.set(context.exec, builders);
  const found = builders.get(builder) ?? askForBuilder(builder, cwd, context);
  builders.set(builder, found);
  return found;
}

/** Asks ahead, while a run does what needs no builder. Who needs it is told what is wrong with it. */
export function beginFindingBuilder(builder: string, cwd: string, context: BuilderContext): void {
  void findBuilder(builder, cwd, context).catch(() => undefined);
  void loadBuildExec();
}

async function askForBuilder(builder: string, cwd: string, context: BuilderContext): Promise<FoundBuilder> {
  const { exec, env, log } = context;
  const recorded = readRecord(builder, context);
  log.debug(`the builder is ${recorded === null ? 'what docker says' : JSON.stringify(recorded)}`);
  if (recorded?.kind === 'instance' && (await answers(recorded))) {
    return { builder, driver: recorded.driver, store: null, buildkitVersion: null, contents: null };
  }
  const engine = recorded?.kind === 'engine' ? await askEngine(context) : null;
  if (engine !== null) return { builder, driver: 'docker', buildkitVersion: null, ...engine };
  return { ...(await detectDriver(builder, { exec, env: definedOnly(env), cwd })), contents: null };
}

function readRecord(builder: string, { env, homeDir, hostPlatform }: BuilderContext): RecordedBuilder | null {
  try {
    const context = env['DOCKER_CONTEXT'] || readDockerConfig({ env, homeDir }).currentContext;
    const isDefault = Boolean(env['DOCKER_HOST']) || !context || context === 'default';
    const chosen = chooseEndpoint({ env, homeDir, hostOs: hostPlatform.os });
    // Buildx completes the addresses of others: a port, a user, a path.
    const address = chosen.kind === 'socket' ? chosen.text : null;
    return readBuilder(builder, { env, homeDir, endpoint: isDefault ? address : context });
  } catch {
    // Docker says what is wrong with its configuration.
    return null;
  }
}

/** Milliseconds. */
const MAX_CONNECTING = 3000;

/**
 * Whether somebody listens where a remote builder is: a build waits for it for twenty seconds. What buildx starts itself need
 * not be there.
 */
async function answers({ driver, endpoints }: RecordedBuilder & { readonly kind: 'instance' }) {
  if (driver !== 'remote') return true;
  const [endpoint = '', ...others] = endpoints;
  const path = /^unix:\/\/(\/.+)$/.exec(endpoint)?.[1];
  const { hostname, port, protocol } = URL.canParse(endpoint) ? new URL(endpoint) : new URL('none:');
  const isAddress = protocol === 'tcp:' && port !== '';
  // Of several nodes some may be away.
  if (others.length > 0 || (path === undefined && !isAddress)) return false;
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = path === undefined ? connect({ host, port: Number(port) }) : connect({ path });
  return await new Promise<boolean>(resolve => {
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(MAX_CONNECTING, () => end(false));
    socket.on('connect', () => end(true)).on('error', () => end(false));
  });
}

/** @returns null where it is no Docker engine, or does not answer: docker has the words for why */
async function askEngine({
  env,
  homeDir,
  hostPlatform,
  engineStore,
  exec,
  log,
}: BuilderContext): Promise<Pick<FoundBuilder, 'store' | 'contents'> | null> {
  try {
    const endpoint = chooseEndpoint({ env, homeDir, hostOs: hostPlatform.os });
    const connection = new EngineConnection(endpoint, env);
    try {
      const client = await EngineClient.connectOnce(connection, env['DOCKER_API_VERSION'], exec);
      if (!client.checksLayers) return null;
      const { hasContainerdStore } = await client.info();
      return {
        store: hasContainerdStore ? 'containerd' : 'graph-driver',
        contents: await findEngineContents(client, { engineStore }),
      };
    } finally {
      connection.close();
    }
  } catch (error) {
    log.debug(`the engine does not tell where it keeps images: ${messageOf(error)}`);
    return null;
  }
}
