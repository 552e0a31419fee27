import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { folderOf } from '../folder.ts';

/** A service that can keep a request waiting. */
export interface HeldService {
  /** Keeps what is asked for from now on waiting, where it has this in it; null lets everything through. */
  hold(part: string | null): void;
  /** Whether a request waits, or has waited since `hold`. */
  isReached(): boolean;
  close(): void;
}

/** Serves a thousand bytes at every path, for ADD. */
export async function heldFiles(): Promise<HeldService & { readonly url: string }> {
  let [held, reached]: [string | null, boolean] = [null, false];
  const server = createHttpServer((request, response) => {
    if (held !== null && request.url?.includes(held)) {
      reached = true;
      return;
    }
    response.writeHead(200, { etag: `"${request.url}"`, 'content-length': '1000' });
    response.end(request.method === 'HEAD' ? undefined : 'x'.repeat(1000));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    hold(part) {
      [held, reached] = [part, false];
      if (part === null) server.closeAllConnections();
    },
    isReached: () => reached,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The socket of an engine, which can hold back what is asked of its API. */
export async function heldEngine(host: string): Promise<HeldService & { readonly host: string }> {
  const path = join(await folderOf(), 'engine.sock');
  let [held, reached]: [string | null, boolean] = [null, false];
  const open = new Set<Socket>();
  const server = createServer(client => {
    const engine = connect(host.replace(/^unix:\/\//, ''));
    for (const [one, other] of [
      [client, engine],
      [engine, client],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
    engine.pipe(client);
    client.on('data', chunk => {
      if (held !== null && chunk.toString('latin1').split('\r\n', 1)[0]?.includes(held)) {
        reached = true;
        return;
      }
      engine.write(chunk);
    });
    client.on('end', () => engine.end());
  });
  await new Promise<void>(resolve => server.listen(path, resolve));
  return {
    host: `unix://${path}`,
    hold(part) {
      [held, reached] = [part, false];
    },
    isReached: () => reached,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

function portOf(server: Pick<Server, 'address'>): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
