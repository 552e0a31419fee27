import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Answer, refusal } from './answers.ts';
import type { TokenGrant } from './call.ts';
import type { GitState } from './git-state.ts';
import { graphql } from './graphql.ts';
import type { FakeReview, FakeReviewComment } from './review-state.ts';
import { route } from './routes.ts';
import {
  type Account,
  type FakeComment,
  type FakeFile,
  type FakePullRequest,
  RepositoryState,
} from './state.ts';

export interface GitHubServerOptions {
  /** `owner/name`; `octo/app` when absent. */
  readonly repository?: string;
  /** By token. When absent: `ghs_write` and `ghs_read`, both of `github-actions[bot]`. */
  readonly tokens?: Readonly<Record<string, TokenGrant>>;
  /** Number 7 of a branch in the same repository when absent. */
  readonly pullRequests?: readonly Partial<FakePullRequest>[];
  /** Parents by commit, for those that can be looked up. */
  readonly commits?: Readonly<Record<string, readonly string[]>>;
  /** Serves under /api/v3 and /api/graphql, as an Enterprise Server does. */
  readonly enterprise?: boolean;
}

export interface LoggedRequest {
  readonly method: string;
  /** Without the prefix and the query. */
  readonly path: string;
  readonly query: string;
  readonly token: string | null;
  readonly body: string;
  /** Of the answer; null until it was sent, or when the connection was dropped. */
  status: number | null;
}

/** What goes wrong with the next requests that match. */
export interface Fault {
  readonly matches?: (request: LoggedRequest) => boolean;
  /** Requests it applies to; 1 when absent. */
  times?: number;
  /** Instead of handling the request; or, with `after`, in place of the answer of a request that was handled. */
  readonly answer: Answer | 'drop';
  readonly after?: boolean;
}

export interface GitHubServer {
  /** What GITHUB_API_URL would be. */
  readonly url: string;
  /** What GITHUB_SERVER_URL would be. */
  readonly serverUrl: string;
  /** All requests, oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** Awaited before each request is handled: tests hold requests back with it to script races. */
  gate: ((request: LoggedRequest) => Promise<void>) | null;
  comments(pullRequest: number): FakeComment[];
  addComment(pullRequest: number, author: Account, body: string): FakeComment;
  removeComment(id: number): void;
  /** A push; the diff stays what it was unless it is given. */
  setHead(pullRequest: number, sha: string, files?: readonly FakeFile[]): void;
  reviews(pullRequest: number): FakeReview[];
  /** Replies are among them. */
  reviewComments(pullRequest: number): FakeReviewComment[];
  reply(id: number, author: Account, body: string): void;
  /** Branches and their files. */
  readonly git: GitState;
  inject(fault: Fault): void;
  close(): Promise<void>;
}

const ACTIONS: Account = { login: 'github-actions[bot]', type: 'Bot' };
const API_VERSIONS = ['2022-11-28', '2026-03-10'];

/** GitHub's API on the loopback, as strict as GitHub: for one repository, its pull requests, their diffs and comments. */
export async function startGitHubServer(options: GitHubServerOptions = {}): Promise<GitHubServer> {
  const server = new FakeServer(options);
  await server.listen();
  return server;
}

class FakeServer implements GitHubServer {
  readonly requests: LoggedRequest[] = [];
  gate: GitHubServer['gate'] = null;
  readonly #state: RepositoryState;
  readonly #tokens: Readonly<Record<string, TokenGrant>>;
  readonly #prefix: string;
  readonly #faults: Fault[] = [];
  readonly #http = createServer((request, response) => {
    this.#serve(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });

  constructor(options: GitHubServerOptions) {
    this.#state = new RepositoryState(
      options.repository ?? 'octo/app',
      options.pullRequests ?? [{}],
      options.commits,
    );
    this.#tokens = options.tokens ?? {
      ghs_write: { ...ACTIONS, access: 'write' },
      ghs_read: { ...ACTIONS, access: 'read' },
    };
    this.#prefix = options.enterprise ? '/api/v3' : '';
  }

  get serverUrl(): string {
    const address = this.#http.address();
    if (address === null || typeof address === 'string') throw new Error('the server is not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  get git(): GitState {
    return this.#state.git;
  }

  get url(): string {
    return `${this.serverUrl}${this.#prefix}`;
  }

  listen(): Promise<void> {
    return new Promise(resolve => this.#http.listen(0, '127.0.0.1', resolve));
  }

  close(): Promise<void> {
    if (!this.#http.listening) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#http.close(error => (error ? reject(error) : resolve()));
      this.#http.closeAllConnections();
    });
  }

  comments(pullRequest: number): FakeComment[] {
    return this.#state.comments(pullRequest);
  }

  addComment(pullRequest: number, author: Account, body: string): FakeComment {
    return this.#state.add(pullRequest, author, body);
  }

  removeComment(id: number): void {
    this.#state.remove(id);
  }

  setHead(pullRequest: number, sha: string, files?: readonly FakeFile[]): void {
    const found = this.#state.pullRequests.get(pullRequest);
    if (!found) throw new Error(`there is no pull request ${pullRequest}`);
    this.#state.push(found, sha, files ?? found.files);
  }

  reviews(pullRequest: number): FakeReview[] {
    return this.#state.reviews.reviews(pullRequest);
  }

  reviewComments(pullRequest: number): FakeReviewComment[] {
    return this.#state.reviews.comments(pullRequest);
  }

  reply(id: number, author: Account, body: string): void {
    const comment = this.#state.reviews.comment(id);
    if (!comment) throw new Error(`there is no review comment ${id}`);
    this.#state.reply(comment, author, body);
  }

  inject(fault: Fault): void {
    this.#faults.push(fault);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url ?? '/', this.serverUrl);
    const logged: LoggedRequest = {
      method: request.method ?? '',
      path: url.pathname.slice(url.pathname.startsWith(this.#prefix) ? this.#prefix.length : 0),
      query: url.search,
      token: /^(?:token|bearer) (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null,
      body: Buffer.concat(chunks).toString('utf8'),
      status: null,
    };
    this.requests.push(logged);
    await this.gate?.(logged);
    const fault = this.#faultFor(logged);
    const handled = fault && !fault.after ? fault.answer : this.#handle(request, url, logged);
    send(response, logged, fault?.after ? fault.answer : handled);
  }

  #faultFor(request: LoggedRequest): Fault | null {
    const fault = this.#faults.find(({ matches }) => matches?.(request) ?? true);
    if (!fault) return null;
    fault.times = (fault.times ?? 1) - 1;
    if (fault.times <= 0) this.#faults.splice(this.#faults.indexOf(fault), 1);
    return fault;
  }

  #handle(request: IncomingMessage, url: URL, logged: LoggedRequest): Answer {
    const { headers } = request;
    if (!headers['user-agent']) return refusal(403, 'Request forbidden by administrative rules.');
    if (!headers.authorization) return refusal(401, 'Requires authentication');
    const grant = logged.token === null ? undefined : this.#tokens[logged.token];
    if (!grant) return refusal(401, 'Bad credentials');
    const accept = headers.accept ?? '*/*';
    if (!/application\/(?:vnd\.github[\w.+-]*|json)|\*\/\*/.test(accept)) {
      return refusal(415, `Unsupported 'Accept' header: '${accept}'. Must accept 'application/json'.`);
    }
    const version = headers['x-github-api-version'];
    if (typeof version === 'string' && !API_VERSIONS.includes(version)) {
      return refusal(400, `"${version}" is not a supported version.`);
    }
    const json = parsed(logged.body);
    if (json === null) return refusal(400, 'Problems parsing JSON');
    if (url.pathname === (this.#prefix ? '/api/graphql' : '/graphql')) {
      const all = [...this.#state.pullRequests.keys()].flatMap(number => this.#state.comments(number));
      return request.method === 'POST'
        ? graphql(this.#state, json.value, grant, all)
        : refusal(404, 'Not Found');
    }
    if (!url.pathname.startsWith(`${this.#prefix}/`)) return refusal(404, 'Not Found');
    const { method, path } = logged;
    const call = { method, path, query: url.searchParams, json: json.value, grant, api: this.url };
    return route(this.#state, call);
  }
}

function parsed(text: string): { value: unknown } | null {
  if (text === '') return { value: undefined };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

function send(response: ServerResponse, logged: LoggedRequest, answer: Answer | 'drop'): void {
  if (answer === 'drop') {
    response.destroy();
    return;
  }
  logged.status = answer.status;
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    ...(answer.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    'x-github-request-id': '0000:000000:0000000:0000000:00000000',
    'x-ratelimit-limit': '1000',
    'x-ratelimit-remaining': '999',
    ...answer.headers,
  });
  response.end(text);
}
