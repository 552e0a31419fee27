import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { type Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { Patience, type RegistryLimits, retryAfter } from './patience.ts';
import { proxyAgent } from './proxy-agent.ts';
import { allowedUrl } from './registry-url.ts';

export interface RegistryRequest {
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

const MOST_REDIRECTS = 5;
const TRANSIENT: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const BROKEN: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN']);

/** Sends requests, with retries, redirects and proxies; knows nothing of registries. */
export class RegistryTransport {
  readonly patience: Patience;
  readonly #limits: RegistryLimits;
  readonly #direct = new HttpAgent({ keepAlive: true });
  readonly #proxied: HttpsAgent;

  /**
   * @param env HTTPS_PROXY and NO_PROXY are read from it; loopback is never asked through a proxy
   * @throws DeadweightError `config-invalid` when the proxy is no address
   */
  constructor(env: Readonly<Record<string, string | undefined>>, limits: RegistryLimits) {
    this.#limits = limits;
    this.patience = new Patience(limits);
    this.#proxied = proxyAgent(env);
  }

  /**
   * Resolves with the last answer, whatever its status. Credentials are not sent on to another host, nor is a form.
   * @throws Error when there is no answer
   */
  async send(url: URL, request: RegistryRequest): Promise<RegistryAnswer> {
    let target = url;
    let headers = request.headers;
    for (let count = 0; count <= MOST_REDIRECTS; count += 1) {
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
    this.patience.end();
    this.#direct.destroy();
    this.#proxied.destroy();
  }

  async #persistently(url: URL, request: RegistryRequest): Promise<IncomingMessage> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const message = await this.#once(url, request);
        if (!TRANSIENT.has(message.statusCode ?? 0)) return message;
        const asked = retryAfter(message.headers['retry-after'], Date.now());
        if (!(await this.patience.wait(attempt, asked))) return message;
        message.destroy();
      } catch (error) {
        if (!isBroken(error) || !(await this.patience.wait(attempt, null))) throw error;
      }
    }
  }

  #once(url: URL, { headers, form }: RegistryRequest): Promise<IncomingMessage> {
    const { head, idle } = this.#limits;
    const method = form === undefined ? 'GET' : 'POST';
    const options = { method, headers: { ...headers, 'user-agent': 'deadweight' } };
    return new Promise((resolve, reject) => {
      const sent =
        url.protocol === 'https:'
          ? requestHttps(url, { ...options, agent: this.#proxied })
          : requestHttp(url, { ...options, agent: this.#direct });
      const late = setTimeout(() => sent.destroy(new Error(`no answer within ${head / 1000} seconds`)), head);
      sent.setTimeout(idle, () => sent.destroy(new Error(`nothing came for ${idle / 1000} seconds`)));
      sent.on('close', () => clearTimeout(late));
      sent.on('response', message => {
        clearTimeout(late);
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
