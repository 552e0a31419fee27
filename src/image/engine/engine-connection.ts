import { existsSync } from 'node:fs';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { join } from 'node:path';
import { readInputFile } from '../../base/input-file.ts';
import { http, https } from '../network.ts';
import { MAX_DOCKER_FILE, type TlsFiles } from './docker-config.ts';
import type { EngineEndpoint } from './endpoint.ts';
import { engineUnreachable } from './engine-errors.ts';
import { SshTunnel } from './ssh-tunnel.ts';

/** Milliseconds until a connection must stand; answers themselves may take as long as they need. */
const MAX_CONNECT_TIME = 30_000;

/** Sends GET requests to one engine, each over a connection of its own. */
export class EngineConnection {
  readonly endpoint: EngineEndpoint;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #open = new Set<{ destroy(): unknown }>();

  constructor(endpoint: EngineEndpoint, env: Readonly<Record<string, string | undefined>>) {
    this.endpoint = endpoint;
    this.#env = env;
  }

  /**
   * Resolves when the head of the answer is there; its body must be read or destroyed.
   * @throws DeadweightError `engine-engineUnreachable`, `permission-denied`.
   */
  get(path: string): Promise<IncomingMessage> {
    const { endpoint } = this;
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown) => reject(engineUnreachable(endpoint, cause));
      try {
        const request = this.#request(path);
        this.#open.add(request);
        request.on('close', () => this.#open.delete(request));
        request.on('error', fail);
        request.on('response', resolve);
        request.end();
      } catch (cause) {
        fail(cause);
      }
    });
  }

  /** Breaks off what is under way. */
  close(): void {
    for (const request of this.#open) request.destroy();
  }

  #request(path: string) {
    const { endpoint } = this;
    const options: RequestOptions = { path, agent: false, headers: { host: 'docker', connection: 'close' } };
    if (endpoint.kind === 'socket') return http().request({ ...options, socketPath: endpoint.path });
    if (endpoint.kind === 'ssh') {
      // Node asks createConnection only where no agent is named, be it `false`.
      const { agent: _agent, ...plain } = options;
      return http().request({ ...plain, createConnection: () => new SshTunnel(endpoint, this.#env) });
    }
    const { host, port, tls } = endpoint;
    const address = { ...options, host, port, headers: { connection: 'close' } };
    const request = tls ? https().request({ ...address, ...certificates(tls) }) : http().request(address);
    request.on('socket', socket => {
      const late = () =>
        request.destroy(new Error(`no connection within ${MAX_CONNECT_TIME / 1000} seconds`));
      const timer = setTimeout(late, MAX_CONNECT_TIME);
      for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(timer));
    });
    return request;
  }
}

function certificates({ directory, verify }: TlsFiles) {
  const read = (name: string) => {
    const path = join(directory, name);
    return directory !== '' && existsSync(path)
      ? readInputFile(path, { maxBytes: MAX_DOCKER_FILE })
      : undefined;
  };
  const [ca, cert, key] = [read('ca.pem'), read('cert.pem'), read('key.pem')];
  return {
    rejectUnauthorized: verify,
    ...(ca && { ca }),
    ...(cert && key && { cert, key }),
  };
}
