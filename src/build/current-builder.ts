import { readdirSync } from 'node:fs';
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
}

/**
 * Whether buildx builds with the engine that docker itself talks to: nobody has named or made a builder. What buildx keeps
 * of builders tells (`store/store.go`). False where that is not certain: `docker buildx inspect` knows.
 * @param builder as it is given to `--builder`
 */
export function buildsInEngine(builder: string, { env, homeDir }: DockerUser): boolean {
  if (builder !== '' || env['BUILDX_BUILDER']) return false;
  const directory = env['BUILDX_CONFIG'] || join(env['DOCKER_CONFIG'] || join(homeDir, '.docker'), 'buildx');
  return (
    ['instances', 'defaults'].every(name => isEmpty(join(directory, name))) &&
    choosesNone(join(directory, 'current'))
  );
}

const currentSchema = lazy(() => z.object({ Name: z.literal('') }));

/** The choice of `docker buildx use`; without a name where there was none. Bytes. */
const MAX_CHOICE = 64 * 1024;

function choosesNone(path: string): boolean {
  try {
    const text = readInputFile(path, { maxBytes: MAX_CHOICE }).toString('utf8');
    return currentSchema().safeParse(parseBoundedJson(text)).success;
  } catch (error) {
    return systemErrorCode(error) === 'ENOENT';
  }
}

function isEmpty(directory: string): boolean {
  try {
    return readdirSync(directory).length === 0;
  } catch (error) {
    return systemErrorCode(error) === 'ENOENT';
  }
}
