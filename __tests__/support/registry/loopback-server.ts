import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Server } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface LoopbackServer {
  /** `127.0.0.1:5000`. */
  readonly host: string;
  close(): Promise<void>;
}

/** Has a server listen on a port of loopback. @param breakOff ends what is under way, when it is closed */
export async function listenOnLoopback(
  server: Server,
  breakOff: () => void,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('it listens on a port');
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve());
      breakOff();
    });
  return { port: address.port, close };
}

/** A server on a port of loopback that breaks off what is under way when it is closed. */
export async function loopbackServer(answer: Answer): Promise<LoopbackServer> {
  const server = createServer(answer);
  const { port, close } = await listenOnLoopback(server, () => server.closeAllConnections());
  return { host: `127.0.0.1:${port}`, close };
}
