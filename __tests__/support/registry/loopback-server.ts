import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface LoopbackServer {
  /** `127.0.0.1:5000`. */
  readonly host: string;
  close(): Promise<void>;
}

/** A server on a port of loopback that breaks off what is under way when it is closed. */
export async function loopbackServer(answer: Answer): Promise<LoopbackServer> {
  const server = createServer(answer);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('it listens on a port');
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { host: `127.0.0.1:${address.port}`, close };
}
