import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { listenOnLoopback } from './loopback-server.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/certificates');

/** The path of a certificate or key that one authority of ours has signed. */
export function certificate(name: 'ca.crt' | 'client.crt' | 'client.key'): string {
  return join(FOLDER, name);
}

export interface TlsFront {
  /** `127.0.0.1:5000`. */
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

interface TlsFrontOptions {
  /** Whose certificate it shows: `server` is for 127.0.0.1, localhost and registry.invalid. */
  readonly shows?: 'server' | 'expired' | 'other';
  /** Lets only those in who have a certificate of ours. */
  readonly asksForCertificate?: boolean;
}

/** What stands before a server of a port of loopback and speaks TLS. */
export async function tlsFront(
  behind: string,
  { shows = 'server', asksForCertificate = false }: TlsFrontOptions = {},
): Promise<TlsFront> {
  const [host, behindPort] = behind.split(':');
  const sockets = new Set<{ destroy(): unknown }>();
  const read = (name: string) => readFileSync(join(FOLDER, name));
  const server = createServer(
    {
      cert: read(`${shows}.crt`),
      key: read('server.key'),
      ca: read('ca.crt'),
      requestCert: asksForCertificate,
      rejectUnauthorized: asksForCertificate,
    },
    socket => {
      const inner = connect(Number(behindPort), host);
      for (const each of [socket, inner]) {
        sockets.add(each);
        each.on('error', () => undefined);
      }
      socket.pipe(inner).pipe(socket);
    },
  );
  server.on('tlsClientError', () => undefined);
  const { port, close } = await listenOnLoopback(server, () => {
    for (const socket of sockets) socket.destroy();
  });
  return { host: `127.0.0.1:${port}`, port, close };
}
