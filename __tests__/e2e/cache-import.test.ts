import { describe, expect, it } from 'vitest';
import { nodeExec } from '../build/node-exec.ts';
import { engineEnv, realBuild } from '../build/real-build.ts';
import { fresh, SMALL_BASE, STORES } from '../support/e2e/engines.ts';
import { times } from '../support/long.ts';

const REGISTRY = process.env['DEADWEIGHT_REGISTRY'];

/** Every day on the store that keeps blobs; on both in the long run. */
describe.each(STORES.slice(-times(1, 2)))('a build on %s', (store, host) => {
  const env = engineEnv(host ?? '');

  it.skipIf(host === undefined || REGISTRY === undefined)(
    'carries its cache inline to a builder that has none',
    async () => {
      const tag = `${REGISTRY}/deadweight-e2e-inline:${store}-${fresh()}`;
      const Dockerfile = `FROM ${SMALL_BASE}\nRUN echo ${fresh()} > /x\nCOPY a.txt /a\n`;
      const pushed = await realBuild(env, {
        files: { 'a.txt': 'a', Dockerfile },
        inputs: { tags: [tag], push: true, 'inline-cache': true },
      });
      const [repository, version] = tag
        .slice(REGISTRY?.length ?? 0)
        .slice(1)
        .split(':');
      const manifest = await fetch(`http://${REGISTRY}/v2/${repository}/manifests/${version}`, {
        method: 'HEAD',
        headers: {
          accept:
            'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json',
        },
      });
      expect(pushed.metadata.digest).toBe(manifest.headers.get('docker-content-digest'));
      await nodeExec.run('docker', ['image', 'rm', '-f', tag, pushed.metadata.imageId], { env });
      await nodeExec.run('docker', ['buildx', 'prune', '-af'], { env });
      const imported = await realBuild(env, {
        files: { 'a.txt': 'a', Dockerfile },
        inputs: { 'cache-from': [`type=registry,ref=${tag}`] },
      });
      expect(imported.images[0]?.origins?.layers.map(layer => layer.cache)).toEqual([
        'unknown',
        'cached',
        'cached',
      ]);
      expect(imported.notices).toEqual([]);
    },
  );
});
