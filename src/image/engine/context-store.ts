import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DeadweightError } from '../../base/errors.ts';
import { printable } from '../../base/untrusted-text.ts';
import { readJsonFile } from './docker-config.ts';

export interface TlsFiles {
  /** Holds ca.pem, cert.pem and key.pem, each optional. */
  readonly directory: string;
  readonly verify: boolean;
}

const schema = z.object({
  Endpoints: z.object({
    docker: z.object({ Host: z.string().min(1), SkipTLSVerify: z.boolean().nullish() }),
  }),
});

/**
 * The engine of a Docker context, from the store that `docker context` keeps: meta.json in a folder named by
 * the SHA-256 of the context's name, and its certificates beside.
 * @throws DeadweightError `engine-unreachable` when there is no such context, `config-invalid`.
 */
export function endpointOfContext(
  store: string,
  name: string,
): { readonly host: string; readonly tls: TlsFiles | null } {
  const id = createHash('sha256').update(name).digest('hex');
  const path = join(store, 'meta', id, 'meta.json');
  const value = readJsonFile(path);
  if (value === null) {
    throw new DeadweightError('engine-unreachable', {
      message: `There is no Docker context "${printable(name)}".`,
      remedy:
        'List them with `docker context ls`, and choose one with `docker context use`, DOCKER_CONTEXT or DOCKER_HOST.',
    });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new DeadweightError('config-invalid', {
      message: `${path} describes no Docker endpoint.`,
      remedy: `Create the context "${printable(name)}" again with \`docker context create\`.`,
    });
  }
  const { Host: host, SkipTLSVerify: skip } = parsed.data.Endpoints.docker;
  const directory = join(store, 'tls', id, 'docker');
  return { host, tls: existsSync(directory) ? { directory, verify: !skip } : null };
}
