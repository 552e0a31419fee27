import { homedir } from 'node:os';
import { join } from 'node:path';
import { withoutCredentials } from '../base/credentials.ts';
import type { Exec, Log } from '../base/effects.ts';
import { messageOf } from '../base/errors.ts';
import { readInputFile } from '../base/input-file.ts';
import { parseBoundedJson } from '../base/json-shape.ts';
import { MAX_DOCKER_SILENCE } from '../build/build-driver.ts';
import type { BuildMetadata } from '../build/build-result.ts';
import { loggedMetadata, readReference } from '../build/metadata-output.ts';
import { dockerFolder } from '../image/engine/docker-config.ts';

interface LogEffects {
  readonly exec: Exec;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/** Bytes of docker's configuration. */
const MAX_CONFIG = 4 * 1024 * 1024;

/**
 * Groups of the log that tell what builds here, as docker/build-push-action has them. Docker is asked at once, and takes half
 * a second. Nothing here fails a step.
 * @returns writes them
 */
export function askBuilder(builder: string, { exec, env, log }: LogEffects): () => Promise<void> {
  const ask = (...args: readonly string[]): Promise<string> =>
    exec.run('docker', ['buildx', ...args], { maxSilence: MAX_DOCKER_SILENCE }).then(
      ({ stdout, stderr }) => withoutCredentials((stdout || stderr).trim()),
      error => messageOf(error),
    );
  const asked = Promise.all([ask('version'), ask('inspect', ...(builder === '' ? [] : [builder]))]);
  return async () => {
    const [version, info] = await asked;
    const groups = {
      'Proxy configuration': describeProxies(env),
      'Buildx version': version,
      'Builder info': info,
    };
    for (const [title, text] of Object.entries(groups)) await log.group(title, async () => log.info(text));
  };
}

/** What docker hands to builds as proxies, without their logins. */
function describeProxies(env: LogEffects['env']): string {
  const folder = dockerFolder({ env, homeDir: env['HOME'] || homedir() });
  try {
    const text = readInputFile(join(folder, 'config.json'), { maxBytes: MAX_CONFIG }).toString('utf8');
    const config: unknown = parseBoundedJson(text);
    const proxies =
      config !== null && typeof config === 'object' && 'proxies' in config ? config.proxies : null;
    if (proxies) return withoutCredentials(JSON.stringify(proxies, null, 2));
  } catch {
    // There is none, or docker says what is wrong with it.
  }
  return 'No proxy configuration found';
}

/** Groups of the log that tell what was built: what a workflow gets as outputs. */
export async function logResult(metadata: BuildMetadata, log: Log): Promise<void> {
  const groups = {
    ImageID: metadata.imageId,
    Digest: metadata.digest,
    Metadata: loggedMetadata(metadata.json),
    Reference: readReference(metadata.json) ?? '',
  };
  for (const [title, text] of Object.entries(groups)) {
    if (text !== '' && text !== '{}') await log.group(title, async () => log.info(text));
  }
}
