import { Buffer } from 'node:buffer';
import { isIP, type Socket } from 'node:net';
import { type ProxyServer, proxyLogin } from './proxy.ts';

/** Milliseconds without a word of the proxy. */
const MAX_SILENCE = 60_000;

const VERSION = 5;
const CONNECT = 1;
const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;
const NO_LOGIN = 0;
const LOGIN = 2;

/** https://www.rfc-editor.org/rfc/rfc1928#section-6 */
const REFUSALS: Readonly<Record<number, string>> = {
  1: 'it failed',
  2: 'its rules do not permit the connection',
  3: 'it cannot reach that network',
  4: 'it cannot reach that host',
  5: 'that host refuses the connection',
  6: 'that host did not answer in time',
  7: 'it does not know how to connect',
  8: 'it does not know such addresses',
};

/**
 * A connection to a host through a proxy of SOCKS 5, which looks the name up itself, as docker lets it (and curl with
 * `socks5h`). Node has no client of it; what there is brings half a megabyte for three messages.
 * @param socket a connection to the proxy; it is used up when this fails
 * @throws Error when the proxy refuses, or breaks off
 */
export async function openSocksTunnel(
  socket: Socket,
  proxy: ProxyServer,
  host: string,
  port: number,
): Promise<void> {
  const answers = new Answers(socket);
  const login = proxyLogin(proxy);
  socket.write(
    login === null ? Buffer.from([VERSION, 1, NO_LOGIN]) : Buffer.from([VERSION, 2, NO_LOGIN, LOGIN]),
  );
  const [version, method] = await answers.take(2);
  if (version !== VERSION) throw new Error('it does not speak SOCKS 5');
  if (method === LOGIN && login !== null) {
    socket.write(Buffer.concat([Buffer.from([1]), short(login.username), short(login.password)]));
    const [, refused] = await answers.take(2);
    if (refused !== 0) throw new Error('it refuses the login');
  } else if (method !== NO_LOGIN) throw new Error('it asks for a login');
  const where = Buffer.from([port >> 8, port & 0xff]);
  socket.write(Buffer.concat([Buffer.from([VERSION, CONNECT, 0]), destination(host), where]));
  const [, refusal = 1, , type] = await answers.take(4);
  if (refusal !== 0) throw new Error(REFUSALS[refusal] ?? `it refuses with ${refusal}`);
  // The address that it connects from, and a port: nobody needs them.
  const [length = 0] = type === NAME ? await answers.take(1) : [type === IPV6 ? 16 : 4];
  await answers.take(length + 2);
  answers.end();
}

/** With its type before it: some proxies take no address for a name. */
function destination(host: string): Buffer {
  if (isIP(host) === 4) return Buffer.from([IPV4, ...host.split('.').map(Number)]);
  if (isIP(host) === 6) return Buffer.from([IPV6, ...ipv6Bytes(host)]);
  return Buffer.concat([Buffer.from([NAME]), short(host)]);
}

/** @param address as a URL has it: `2001:db8::1`, without a part in dots */
function ipv6Bytes(address: string): readonly number[] {
  const [head = [], tail] = address.split('::').map(part => part.split(':').filter(Boolean));
  const zeros = tail === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array<string>(zeros).fill('0'), ...(tail ?? [])];
  return groups.flatMap(group => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]);
}

/** With its length before it. */
function short(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > 255) throw new Error('it takes no name, user or password of that length');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

/** Exactly so many bytes of what a socket sends; the rest stays in it. */
class Answers {
  readonly #socket: Socket;
  #wake: (() => void) | null = null;
  #failure: Error | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('readable', this.#look).on('error', this.#fail).on('close', this.#fail);
    const late = new Error(`nothing came for ${MAX_SILENCE / 1000} seconds`);
    socket.setTimeout(MAX_SILENCE, () => socket.destroy(late));
  }

  async take(count: number): Promise<Buffer> {
    for (;;) {
      const bytes: unknown = this.#socket.read(count);
      if (Buffer.isBuffer(bytes) && bytes.length === count) return bytes;
      if (this.#failure !== null || this.#socket.readableEnded)
        throw this.#failure ?? new Error('it breaks off');
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
  }

  end(): void {
    this.#socket.setTimeout(0);
    this.#socket.off('readable', this.#look).off('error', this.#fail).off('close', this.#fail);
  }

  readonly #look = (): void => {
    this.#wake?.();
  };

  readonly #fail = (error: unknown): void => {
    this.#failure = error instanceof Error ? error : new Error('it breaks off');
    this.#wake?.();
  };
}
