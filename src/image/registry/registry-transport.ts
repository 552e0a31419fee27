import type { IncomingMessage } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { Retries, retry, retryAfter } from '../../base/retry.ts';
import { http, https } from '../network.ts';
import { invalidProxy } from './registry-errors.ts';
import type { RegistryLimits } from './registry-limits.ts';
import { allowedUrl } from './registry-url.ts';

interface RegistryRequest {
  readonly headers: Readonly<Record<string, string>>;
  /** A form: then it is a POST. */
  readonly form?: string;
}

/** An answer whose body must be read or destroyed. */
export interface RegistryAnswer {
  readonly message: IncomingMessage;
  readonly status: number;
  /** Whether the host that was asked answered, rather than one that it sent us to. */
  readonly isOwn: boolean;
}

const MAX_REDIRECTS = 5;
const TRANSIENT: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const BROKEN: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN']);

/** Sends requests, with retries, redirects and proxies; knows nothing of registries. */
export class RegistryTransport {
  /** The waits of all requests together. */
  readonly retries: Retries;
  readonly #limits: RegistryLimits;
  readonly #direct = new (http().Agent)({ keepAlive: true });
  readonly #proxied: HttpsAgent;

  /**
   * @param env HTTPS_PROXY and NO_PROXY are read from it; loopback is never asked through a proxy
   * @throws DeadweightError `config-invalid` when the proxy is no address
   */
  constructor(env: Readonly<Record<string, string | undefined>>, limits: RegistryLimits) {
    this.#limits = limits;
    this.retries = new Retries(limits.retry);
    this.#proxied = proxyAgent(env);
  }

  /**
   * Resolves with the last answer, whatever its status. Credentials are not sent on to another host, nor is a form.
   * @throws Error when there is no answer
   */
  async send(url: URL, request: RegistryRequest): Promise<RegistryAnswer> {
    let target = url;
    let headers = request.headers;
    for (let count = 0; count <= MAX_REDIRECTS; count += 1) {
      const message = await this.#persistently(target, { ...request, headers });
      const status = message.statusCode ?? 0;
      const { location } = message.headers;
      if (request.form !== undefined || !REDIRECTS.has(status) || !location) {
        return { message, status, isOwn: target.origin === url.origin };
      }
      message.destroy();
      const next = allowedUrl(location, target);
      if (!next) throw new Error('it redirects to an address without TLS');
      if (next.origin !== target.origin) {
        const { authorization: _authorization, ...others } = headers;
        headers = others;
      }
      target = next;
    }
    throw new Error('it redirects for ever');
  }

  /** Breaks off what is under way. */
  close(): void {
    this.retries.end();
    this.#direct.destroy();
    this.#proxied.destroy();
  }

  async #persistently(url: URL, request: RegistryRequest): Promise<IncomingMessage> {
    let last: IncomingMessage | null = null;
    const attempt = async (): Promise<IncomingMessage> => {
      last?.destroy();
      last = await this.#once(url, request);
      return last;
    };
    return await retry(attempt, this.retries, {
      ofError: error => (isBroken(error) ? { after: null } : null),
      ofAnswer: ({ statusCode, headers }) =>
        TRANSIENT.has(statusCode ?? 0) ? { after: retryAfter(headers['retry-after'], Date.now()) } : null,
    });
  }

  #once(url: URL, { headers, form }: RegistryRequest): Promise<IncomingMessage> {
    const { head, idle } = this.#limits;
    const method = form === undefined ? 'GET' : 'POST';
    const options = { method, headers: { ...headers, 'user-agent': 'deadweight' } };
    return new Promise((resolve, reject) => {
      const sent =
        url.protocol === 'https:'
          ? https().request(url, { ...options, agent: this.#proxied })
          : http().request(url, { ...options, agent: this.#direct });
      const late = setTimeout(() => sent.destroy(new Error(`no answer within ${head / 1000} seconds`)), head);
      sent.setTimeout(idle, () => sent.destroy(new Error(`nothing came for ${idle / 1000} seconds`)));
      sent.on('close', () => clearTimeout(late));
      sent.on('response', message => {
        clearTimeout(late);
        // From here on the reader counts: what it takes itself is no silence.
        sent.setTimeout(0);
        resolve(message);
      });
      sent.on('error', reject);
      sent.end(form);
    });
  }
}

function isBroken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && BROKEN.has(String(error.code));
}

/**
 * Connections with TLS, through the proxy that HTTPS_PROXY names and past it where NO_PROXY says so.
 * @throws DeadweightError `config-invalid` when the proxy is no address
 */
function proxyAgent(env: Readonly<Record<string, string | undefined>>): HttpsAgent {
  try {
    return new (https().Agent)({ keepAlive: true, proxyEnv: { ...env } });
  } catch {
    throw invalidProxy();
  }
}
