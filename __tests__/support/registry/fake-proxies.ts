import { createServer as createHttpServer, request as forward } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { listenOnLoopback } from './loopback-server.ts';

export interface FakeProxy {
  readonly port: number;
  /** Whom it was asked for: `registry.invalid:443`, and the login where there is one. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

interface FakeProxyOptions {
  /** Where every connection goes, whoever is asked for: a port of loopback. */
  readonly to: number;
  /** `user:password` that it lets in; anybody when absent. */
  readonly login?: string;
  /** Says nothing, to anybody. */
  readonly isSilent?: boolean;
}

async function listening(
  server: Server,
  asked: readonly string[],
  sockets: ReadonlySet<Socket>,
): Promise<FakeProxy> {
  const { port, close } = await listenOnLoopback(server, () => {
    for (const socket of sockets) socket.destroy();
  });
  return { port, asked, close };
}

/** A proxy of HTTP: tunnels by CONNECT, and forwards what is asked for by its whole address. */
export function httpProxy({ to, login, isSilent }: FakeProxyOptions): Promise<FakeProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const isKnown = (header: string | undefined) =>
    login === undefined || header === `Basic ${Buffer.from(login).toString('base64')}`;
  const server = createHttpServer((request, response) => {
    asked.push(request.url ?? '');
    if (!isKnown(request.headers['proxy-authorization'])) return void response.writeHead(407).end();
    const { pathname, search } = new URL(request.url ?? '');
    const { method, headers } = request;
    forward({ port: to, host: '127.0.0.1', path: `${pathname}${search}`, method, headers }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    }).end();
  });
  server.on('connection', socket => void sockets.add(socket.on('error', () => undefined)));
  server.on('connect', ({ url, headers }, socket) => {
    asked.push(url ?? '');
    if (isSilent) return;
    if (!isKnown(headers['proxy-authorization'])) {
      return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    }
    const inner = connect(to, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(inner).pipe(socket);
    });
    sockets.add(inner.on('error', () => undefined));
  });
  return listening(server, asked, sockets);
}

/** A proxy of SOCKS 5. https://www.rfc-editor.org/rfc/rfc1928 */
export function socksProxy({ to, login, isSilent }: FakeProxyOptions): Promise<FakeProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket.on('error', () => undefined));
    if (!isSilent) void serve(socket).catch(() => socket.destroy());
  });

  async function serve(socket: Socket): Promise<void> {
    const bytes = bytesOf(socket);
    const [, count = 0] = await bytes.take(2);
    const methods = await bytes.take(count);
    if (login === undefined) socket.write(Buffer.from([5, 0]));
    else if (!methods.includes(2)) return void socket.end(Buffer.from([5, 0xff]));
    else {
      socket.write(Buffer.from([5, 2]));
      const [, length = 0] = await bytes.take(2);
      const user = (await bytes.take(length)).toString();
      const password = (await bytes.take((await bytes.take(1))[0] ?? 0)).toString();
      if (`${user}:${password}` !== login) return void socket.end(Buffer.from([1, 1]));
      socket.write(Buffer.from([1, 0]));
    }
    const [, , , type] = await bytes.take(4);
    const name = await destinationOf(bytes, type);
    const port = (await bytes.take(2)).readUInt16BE();
    asked.push(`${name}:${port}`);
    if (name === 'forbidden.invalid') return void socket.end(Buffer.from([5, 2, 0, 1, 0, 0, 0, 0, 0, 0]));
    bytes.end();
    const inner = connect(to, '127.0.0.1', () => {
      // In two pieces, as a network may cut it.
      socket.write(Buffer.from([5, 0, 0, 1, 0, 0]), () => {
        socket.write(Buffer.from([0, 0, 0, 0]));
        socket.pipe(inner).pipe(socket);
      });
    });
    sockets.add(inner.on('error', () => undefined));
  }
  return listening(server, asked, sockets);
}

async function destinationOf(bytes: ReturnType<typeof bytesOf>, type = 0): Promise<string> {
  if (type === 1) return (await bytes.take(4)).join('.');
  if (type === 4) return (await bytes.take(16)).toString('hex');
  return (await bytes.take((await bytes.take(1))[0] ?? 0)).toString();
}

function bytesOf(socket: Socket): { take(count: number): Promise<Buffer>; end(): void } {
  let kept = Buffer.alloc(0);
  let wake = (): void => undefined;
  const hear = (chunk: Buffer): void => {
    kept = Buffer.concat([kept, chunk]);
    wake();
  };
  socket.on('data', hear);
  return {
    async take(count) {
      while (kept.length < count) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      const taken = kept.subarray(0, count);
      kept = kept.subarray(count);
      return taken;
    },
    end: () => void socket.off('data', hear),
  };
}
