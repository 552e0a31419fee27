import { connect, createServer, type Server } from 'node:net';
import { nodeExec } from '../../build/node-exec.ts';
import { folderOf } from '../folder.ts';

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

export interface RemoteBuilder {
  /** The environment in which buildx has a builder `far`. */
  readonly env: Record<string, string>;
  close(): void;
}

/**
 * Makes a builder of the remote driver.
 * @param engine the environment for the engine whose BuildKit it is
 */
export async function remoteBuilder(engine: Readonly<Record<string, string>>): Promise<RemoteBuilder> {
  const server = bridge((engine['DOCKER_HOST'] ?? '').replace(/^unix:\/\//, ''));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const env = { ...engine, BUILDX_CONFIG: await folderOf() };
  const args = ['buildx', 'create', '--name', 'far', '--driver', 'remote', `tcp://127.0.0.1:${port}`];
  const { exitCode, stderr } = await nodeExec.run('docker', args, { env });
  if (exitCode !== 0) throw new Error(stderr);
  return { env, close: () => void server.close() };
}
