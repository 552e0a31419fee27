import { existsSync } from 'node:fs';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { readInputFile } from '../../base/input-file.ts';
import { http, https, refuseUpgrade } from '../network.ts';
import { type StreamedBody, sendBody } from '../streamed-body.ts';
import { MAX_DOCKER_FILE, type TlsFiles } from './docker-config.ts';
import type { EngineEndpoint } from './endpoint.ts';
import { engineUnreachable } from './engine-errors.ts';
import { SshTunnel } from './ssh-tunnel.ts';

/** How long an engine is waited for. Milliseconds. */
export interface EngineLimits {
  /** Until a connection stands. */
  readonly connect: number;
  /** Without the head of an answer: then the engine is asked whether it is still there. */
  readonly silence: number;
  /** For its answer to that. */
  readonly ping: number;
  /** Without the head of an answer, from an engine that is there. */
  readonly answer: number;
  /**
   * The same where an image is asked for: an engine packs all of it before it sends the first byte, and needs more than
   * ten minutes for tens of gigabytes. https://github.com/goldmann/docker-squash/issues/93
   */
  readonly image: number;
  /** Without a byte in the middle of an answer. */
  readonly idle: number;
}

const ENGINE_LIMITS: EngineLimits = {
  connect: 30_000,
  silence: 60_000,
  ping: 30_000,
  answer: 600_000,
  image: 3_600_000,
  idle: 120_000,
};

const PING = '/_ping';

/** Sends requests to one engine, each over a connection of its own. */
export class EngineConnection {
  readonly endpoint: EngineEndpoint;
  readonly limits: EngineLimits;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #open = new Set<ClientRequest>();

  constructor(
    endpoint: EngineEndpoint,
    env: Readonly<Record<string, string | undefined>>,
    limits: EngineLimits = ENGINE_LIMITS,
  ) {
    this.endpoint = endpoint;
    this.limits = limits;
    this.#env = env;
  }

  /**
   * Resolves when the head of the answer is there; its body must be read or destroyed.
   * @param longest milliseconds without an answer from an engine that is there
   * @throws DeadweightError `engine-unreachable`, `permission-denied`.
   */
  async get(path: string, longest = this.limits.answer): Promise<IncomingMessage> {
    try {
      const request = this.#begin(path);
      const { silence, ping } = this.limits;
      const unwatch =
        path === PING ? this.#watch(request, ping, ping) : this.#watch(request, silence, longest);
      const answer = answerTo(request);
      request.end();
      return await answer.finally(unwatch);
    } catch (cause) {
      throw engineUnreachable(this.endpoint, cause);
    }
  }

  /**
   * Sends a tar. Resolves when the head of the answer is there, which an engine may give before it has read all.
   * @throws DeadweightError `engine-unreachable`, `permission-denied`; and what reading the body throws
   */
  async postTar(path: string, body: StreamedBody): Promise<IncomingMessage> {
    const { silence, image } = this.limits;
    const request = this.#begin(path, { method: 'POST', headers: { 'content-type': 'application/x-tar' } });
    const unwatch = this.#watch(request, silence, image);
    const answer = answerTo(request);
    answer.catch(() => undefined);
    try {
      await sendBody(request, body, () => undefined);
    } catch (error) {
      unwatch();
      request.destroy();
      throw error;
    }
    try {
      return await answer.finally(unwatch);
    } catch (cause) {
      throw engineUnreachable(this.endpoint, cause);
    }
  }

  /**
   * Gives a request up that nobody answers: at once when the engine does not even say that it is there.
   * @returns ends the watch
   */
  #watch(request: ClientRequest, silence: number, longest: number): () => void {
    let waited = 0;
    let timer: NodeJS.Timeout | null = null;
    const wait = (): void => {
      const time = Math.min(silence, longest - waited);
      timer = setTimeout(() => void look(time), time);
    };
    const look = async (time: number): Promise<void> => {
      waited += time;
      const isThere = waited < longest && (await this.#isThere());
      if (timer === null) return;
      if (isThere) wait();
      else request.destroy(new Error(`no answer within ${waited / 1000} seconds`));
    };
    wait();
    return () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    };
  }

  async #isThere(): Promise<boolean> {
    try {
      (await this.get(PING)).destroy();
      return true;
    } catch {
      return false;
    }
  }

  /** Breaks off what is under way. */
  close(): void {
    for (const request of this.#open) request.destroy();
  }

  /** A request that `close` breaks off. */
  #begin(path: string, how: Pick<RequestOptions, 'method' | 'headers'> = {}): ClientRequest {
    const request = this.#request(path, how);
    this.#open.add(request);
    request.on('close', () => this.#open.delete(request));
    return request;
  }

  #request(path: string, how: Pick<RequestOptions, 'method' | 'headers'>): ClientRequest {
    const { endpoint } = this;
    if (endpoint.kind !== 'tcp') {
      const headers = { ...how.headers, host: 'docker', connection: 'close' };
      // Without an agent, be it `false`: it would name and list what is used once.
      const createConnection = () =>
        endpoint.kind === 'ssh' ? new SshTunnel(endpoint, this.#env) : connect(endpoint.path);
      return http().request({ ...how, path, headers, createConnection });
    }
    const { host, port, tls } = endpoint;
    const headers = { ...how.headers, connection: 'close' };
    const address: RequestOptions = { ...how, path, agent: false, host, port, headers };
    const request = tls ? https().request({ ...address, ...certificates(tls) }) : http().request(address);
    request.on('socket', socket => {
      const { connect } = this.limits;
      const late = () => request.destroy(new Error(`no connection within ${connect / 1000} seconds`));
      const timer = setTimeout(late, connect);
      for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(timer));
    });
    return request;
  }
}

function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', resolve);
    refuseUpgrade(request, reject);
  });
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
