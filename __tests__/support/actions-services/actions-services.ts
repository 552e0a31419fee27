import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { FakeArtifactRest } from './artifact-rest.ts';
import { FakeArtifactService } from './artifact-service.ts';
import { BlobStore } from './blob-store.ts';
import { FakeCacheService } from './cache-service.ts';
import { type LoggedExchange, readRequest, type ServiceAnswer, type ServiceRequest } from './exchange.ts';
import { Faults } from './faults.ts';
import { runtimeToken, type TokenGrant } from './runtime-token.ts';
import { answerTwirp } from './twirp.ts';

/**
 * The services that a runner's actions talk to, on loopback: the v2 cache, artifacts of version 4 with their REST
 * endpoints, and the blob storage behind both. Refuses what GitHub refuses.
 */
export class ActionsServices {
  readonly blobs = new BlobStore();
  readonly cache = new FakeCacheService(this.blobs, () => this.url);
  readonly artifacts = new FakeArtifactService(this.blobs, () => this.url);
  readonly rest = new FakeArtifactRest(this.artifacts);
  readonly faults = new Faults();
  readonly log: LoggedExchange[] = [];
  readonly #server: Server;
  #url = '';

  private constructor() {
    this.#server = createServer((message, response) => {
      this.#exchange(message, response).catch(() => response.destroy());
    });
  }

  static async start(): Promise<ActionsServices> {
    const services = new ActionsServices();
    await new Promise<void>(resolve => services.#server.listen(0, '127.0.0.1', resolve));
    const address = services.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    services.#url = `http://127.0.0.1:${address.port}`;
    return services;
  }

  get url(): string {
    return this.#url;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  /** Paths that were asked for, as `METHOD /path → status`, since the start or the last `log.length = 0`. */
  lines(part = ''): readonly string[] {
    return this.log
      .map(({ method, path, status }) => `${method} ${path} → ${status}`)
      .filter(line => line.includes(part));
  }

  /** What a runner sets for the steps of a job. */
  runnerEnv(grant: TokenGrant): Readonly<Record<string, string>> {
    return {
      ACTIONS_RESULTS_URL: `${this.url}/`,
      ACTIONS_RUNTIME_TOKEN: runtimeToken(grant),
      ACTIONS_CACHE_SERVICE_V2: 'True',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_API_URL: this.url,
      GITHUB_ACTIONS: 'true',
    };
  }

  /** For a server that offers more than these services. @returns null when the path is none of theirs */
  answer(request: ServiceRequest): ServiceAnswer | null {
    if (request.url.pathname.startsWith('/twirp/')) {
      return answerTwirp(request, { ...this.cache.methods, ...this.artifacts.methods });
    }
    return this.blobs.answer(request) ?? this.rest.answer(request);
  }

  async #exchange(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message, this.url);
    const fault = this.faults.take(request);
    if (fault === 'reset') response.destroy();
    if (fault === 'reset' || fault === 'hang') return this.#record(request, 0);
    const answer = fault ?? this.answer(request) ?? { status: 404 };
    this.#record(request, answer.status);
    response.writeHead(answer.status, { ...answer.headers });
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  }

  #record(request: ServiceRequest, status: number): void {
    const { method, url, headers, body } = request;
    const text = url.pathname.startsWith('/blobs/') ? '' : body.toString('utf8');
    this.log.push({ method, path: url.pathname, search: url.search, headers, body: text, status });
  }
}
