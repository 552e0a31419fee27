import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ActionsServices } from '../actions-services/actions-services.ts';
import type { TokenScope } from '../actions-services/runtime-token.ts';
import type { GitHubServer } from '../github-server/server.ts';

/** What a runner adds to the environment of a job that has the Actions cache, besides GitHub's own API. */
export function cacheEnv(
  services: ActionsServices,
  server: Pick<GitHubServer, 'url'>,
  scopes: readonly TokenScope[],
): Record<string, string> {
  const env = services.runnerEnv({ scopes, runBackendId: 'run-1', jobBackendId: 'job-1' });
  return { ...env, GITHUB_API_URL: server.url };
}

/** The same scopes in the hands of a fork, or of Dependabot. */
export function readOnly(scopes: readonly TokenScope[]): readonly TokenScope[] {
  return scopes.map(scope => ({ ...scope, permission: 'read' }));
}

/** Changes what the only entry of the cache holds. */
export function tamper(services: ActionsServices, change: (archive: Buffer) => Buffer): void {
  const [entry] = services.cache.entries;
  const archive = entry && services.cache.archiveOf(entry);
  if (!entry || !archive) throw new Error('nothing is cached');
  const changed = change(archive);
  services.blobs.write(entry.blob, changed);
  entry.size = changed.length;
}

/** As a version of Deadweight that stores snapshots differently would have written it. */
export function fromTheFuture(archive: Buffer): Buffer {
  const text = zstdDecompressSync(archive).toString('latin1');
  const changed = text.replace(/"deadweightSnapshot":\d,/, '"deadweightSnapshot":9,');
  if (changed === text) throw new Error('the archive holds no snapshot');
  return zstdCompressSync(Buffer.from(changed, 'latin1'));
}
