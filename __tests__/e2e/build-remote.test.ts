import { mkdtemp } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeExec } from '../build/node-exec.ts';
import { engineEnv, linesOf, realBuild } from '../build/real-build.ts';

const HOST = process.env['DEADWEIGHT_E2E_CONTAINERD'];
const REGISTRY = process.env['DEADWEIGHT_REGISTRY'];
const UPGRADE = 'POST /grpc HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';

/** The engine's own BuildKit as a `remote` builder: dockerd speaks BuildKit's protocol after an upgrade of /grpc. */
function bridge(socket: string): Server {
  return createServer(client => {
    const engine = connect(socket);
    let head = Buffer.alloc(0);
    const onHead = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      engine.off('data', onHead);
      client.write(head.subarray(end + 4));
      engine.pipe(client);
      client.pipe(engine);
    };
    engine.on('data', onHead);
    engine.on('error', () => client.destroy());
    client.on('error', () => engine.destroy());
    engine.write(UPGRADE);
  });
}

describe.skipIf(HOST === undefined)('a builder of the remote driver', () => {
  const server = bridge((HOST ?? '').replace(/^unix:\/\//, ''));
  let env: Record<string, string> = {};

  beforeAll(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    env = { ...engineEnv(HOST ?? ''), BUILDX_CONFIG: await mkdtemp(join(tmpdir(), 'deadweight-buildx-')) };
    const args = ['buildx', 'create', '--name', 'far', '--driver', 'remote', `tcp://127.0.0.1:${port}`];
    expect((await nodeExec.run('docker', args, { env })).exitCode).toBe(0);
  });

  afterAll(() => {
    server.close();
  });

  const files = {
    Dockerfile: 'FROM deadweight/debian:bookworm\nRUN echo remote > /x\nCOPY --link a.txt /a\nENV A=1\n',
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
        options: { attestation: { builderId: 'https://ci.example/1', privateRepository: false } },
      });
      const response = await fetch(`http://${REGISTRY}/v2/deadweight-e2e-remote/manifests/1`, {
        method: 'HEAD',
        headers: { accept: 'application/vnd.oci.image.index.v1+json' },
      });
      expect(result.metadata.digest).toBe(response.headers.get('docker-content-digest'));
      expect(result.images[0]?.origins?.layers).toHaveLength(3);
    },
  );

  it('that is gone is told', async () => {
    const gone = ['buildx', 'create', '--name', 'gone', '--driver', 'remote', 'tcp://127.0.0.1:1'];
    await nodeExec.run('docker', gone, { env });
    await expect(realBuild(env, { files, inputs: { builder: 'gone' } })).rejects.toMatchObject({
      code: 'engine-unreachable',
    });
  });
});
