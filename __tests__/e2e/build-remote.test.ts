import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeExec } from '../build/node-exec.ts';
import { engineEnv, linesOf, realBuild } from '../build/real-build.ts';
import { fresh, SMALL_BASE } from '../support/e2e/engines.ts';
import { type RemoteBuilder, remoteBuilder } from '../support/e2e/remote-builder.ts';
import { pullRequestEvent, runStep } from '../support/e2e/runner.ts';
import { pullRequest } from '../support/git/pull-request.ts';
import { checkout } from '../support/git/repository.ts';
import { startGitHubServer } from '../support/github-server/server.ts';

const HOST = process.env['DEADWEIGHT_E2E_CONTAINERD'];
const REGISTRY = process.env['DEADWEIGHT_REGISTRY'];
describe.skipIf(HOST === undefined)('a builder of the remote driver', () => {
  let builder: RemoteBuilder;
  let env: Record<string, string> = {};

  beforeAll(async () => {
    builder = await remoteBuilder(engineEnv(HOST ?? ''));
    ({ env } = builder);
  });

  afterAll(() => builder?.close());

  const files = {
    Dockerfile: `FROM ${SMALL_BASE}\nRUN echo remote > /x\nCOPY --link a.txt /a\nENV A=1\n`,
    'a.txt': 'a',
  };

  it('exports an OCI layout, and tells layers and lines', async () => {
    const result = await realBuild(env, { files, inputs: { builder: 'far', 'inline-cache': true } });
    expect(linesOf(result)).toEqual(['1-1 base', '2-2 own', '3-3 own']);
    expect(result.images[0]?.reference).toMatch(/^oci:\/.*:sha256:[0-9a-f]{64}$/);
    expect(result.notices).toEqual([]);
  });

  it.skipIf(REGISTRY === undefined)(
    'pushes with attestations, and gives the digest that was pushed',
    async () => {
      const result = await realBuild(env, {
        files,
        inputs: { builder: 'far', push: true, tags: [`${REGISTRY}/deadweight-e2e-remote:1`] },
        options: {
          attestation: { builderId: 'https://ci.example/1', byDefault: true, privateRepository: false },
        },
      });
      const response = await fetch(`http://${REGISTRY}/v2/deadweight-e2e-remote/manifests/1`, {
        method: 'HEAD',
        headers: { accept: 'application/vnd.oci.image.index.v1+json' },
      });
      expect(result.metadata.digest).toBe(response.headers.get('docker-content-digest'));
      expect(result.images[0]?.origins?.layers).toHaveLength(3);
    },
  );

  it('builds both sides of a step, and needs no engine to weigh them', async () => {
    const before = `FROM ${SMALL_BASE}\nENV SEED=${fresh()}\n`;
    const remote = await pullRequest(
      { Dockerfile: before },
      { Dockerfile: `${before}RUN head -c 400000 /dev/urandom > /more\n` },
    );
    const server = await startGitHubServer({ pullRequests: [{ number: 7, headSha: remote.head }] });
    const workspace = await checkout(remote.origin, 'refs/pull/7/merge');
    const event = pullRequestEvent(remote);
    const { DOCKER_HOST: _, ...noEngine } = env;
    const inputs = { builder: 'far' };
    const step = {
      workspace,
      server,
      event,
      inputs,
      env: { ...noEngine, DOCKER_HOST: 'unix:///nonexistent' },
    };
    const ended = await runStep(step);
    await server.close();
    expect(ended, ended.stdout).toMatchObject({
      code: 0,
      outputs: { 'size-delta': '400000', 'layers-delta': '1', 'comment-outcome': 'created' },
    });
    expect(Number(ended.outputs['compressed-size'])).toBeGreaterThan(400_000);
  });

  it('that is gone is told', async () => {
    const gone = ['buildx', 'create', '--name', 'gone', '--driver', 'remote', 'tcp://127.0.0.1:1'];
    await nodeExec.run('docker', gone, { env });
    await expect(realBuild(env, { files, inputs: { builder: 'gone' } })).rejects.toMatchObject({
      code: 'engine-unreachable',
    });
  });
});
