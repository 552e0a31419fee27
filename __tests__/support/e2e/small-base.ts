import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dockerEnv, SMALL_BASE, STORES } from './engines.ts';

const FOLDER = join(import.meta.dirname, '../../e2e/small-base');

/** Makes SMALL_BASE on the engines that are up, before all tests. */
export async function setup(): Promise<void> {
  const args = ['buildx', 'build', '--load', '--quiet', '--provenance=false', '--tag', SMALL_BASE, FOLDER];
  const hosts = STORES.map(([, host]) => host).filter(host => host !== undefined);
  await Promise.all(hosts.map(host => promisify(execFile)('docker', args, { env: dockerEnv(host) })));
}
