import type { Exec, Log } from '../../base/effects.ts';
import { messageOf } from '../../base/errors.ts';
import type { Platform } from '../../base/platform.ts';
import { type BuildDriver, detectDriver } from '../../build/build-driver.ts';
import { buildsInEngine } from '../../build/current-builder.ts';
import { chooseEndpoint } from '../../image/engine/endpoint.ts';
import { EngineClient } from '../../image/engine/engine-client.ts';
import { EngineConnection } from '../../image/engine/engine-connection.ts';
import { definedOnly } from '../program-exec.ts';

/** What asking for the builder takes. */
interface BuilderContext {
  readonly exec: Exec;
  readonly log: Log;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly hostPlatform: Platform;
}

/** What a run has learned: its builds, and its push, ask the same. */
const known = new WeakMap<Exec, Map<string, Promise<BuildDriver>>>();

/**
 * The builder of a run, asked for once. The engine itself is asked where buildx has no builder but it: programs of docker
 * need ten times as long for the same answer.
 * @param builder name of the builder; empty for the current one
 * @throws DeadweightError as `detectDriver`
 */
export function findBuilder(builder: string, cwd: string, context: BuilderContext): Promise<BuildDriver> {
  const builders = known.get(context.exec) ?? new Map<string, Promise<BuildDriver>>();
  known.set(context.exec, builders);
  const found = builders.get(builder) ?? askForBuilder(builder, cwd, context);
  builders.set(builder, found);
  return found;
}

async function askForBuilder(builder: string, cwd: string, context: BuilderContext): Promise<BuildDriver> {
  const { exec, env } = context;
  const store = buildsInEngine(builder, context) ? await askEngine(context) : null;
  if (store !== null) return { builder, driver: 'docker', store, buildkitVersion: null };
  return detectDriver(builder, { exec, env: definedOnly(env), cwd });
}

/** @returns null where it is no Docker engine, or does not answer: docker has the words for why */
async function askEngine({ env, homeDir, hostPlatform, log }: BuilderContext): Promise<BuildDriver['store']> {
  try {
    const endpoint = chooseEndpoint({ env, homeDir, hostOs: hostPlatform.os });
    const connection = new EngineConnection(endpoint, env);
    try {
      const client = await EngineClient.connect(connection, env['DOCKER_API_VERSION']);
      if (!client.checksLayers) return null;
      return (await client.info()).hasContainerdStore ? 'containerd' : 'graph-driver';
    } finally {
      connection.close();
    }
  } catch (error) {
    log.debug(`the engine does not tell where it keeps images: ${messageOf(error)}`);
    return null;
  }
}
