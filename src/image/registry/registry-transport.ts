import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

type Environment = Readonly<Record<string, string | undefined>>;

export interface RegistryRequest {
  readonly headers: Readonly<Record<string, string>>;
  /** A form: then it is a POST. */
  readonly form?: string;
}

/** Milliseconds without a byte after which a connection is given up. */
const IDLE = 60_000;
const ATTEMPTS = 4;
const MOST_REDIRECTS = 5;
/** A registry that asks for a longer pause is told of instead. Seconds. */
const LONGEST_PAUSE = 10;
const TRANSIENT: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Sends requests, with retries, redirects and proxies; knows nothing of registries. */
export class RegistryTransport {
  readonly #direct = new HttpAgent({ keepAlive: true });
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;

  /** @param env HTTP_PROXY, HTTPS_PROXY and NO_PROXY are read from it */
  constructor(env: Environment) {
    this.#http = new HttpAgent({ keepAlive: true, proxyEnv: { ...env } });
    this.#https = new HttpsAgent({ keepAlive: true, proxyEnv: { ...env } });
  }

  /**
   * Resolves with the last answer, whatever its status; its body must be read or destroyed.
   * Credentials are not sent on to another host.
   * @throws Error when there is no answer
   */
  async send(url: URL, request: RegistryRequest): Promise<IncomingMessage> {
    let target = url;
    let current = request;
    for (let count = 0; count <= MOST_REDIRECTS; count += 1) {
      const answer = await this.#persistently(target, current);
      const location = answer.headers.location;
      if (!isRedirect(answer.statusCode) || !location) return answer;
      answer.destroy();
      const next = new URL(location, target);
      if (next.protocol !== 'https:' && !isPlain(next))
        throw new Error(`it redirects to ${next.protocol}//${next.host}`);
      if (next.host !== target.host) {
        const { authorization: _authorization, ...headers } = current.headers;
        current = { ...current, headers };
      }
      target = next;
    }
    throw new Error('it redirects for ever');
  }

  close(): void {
    for (const agent of [this.#direct, this.#http, this.#https]) agent.destroy();
  }

  async #persistently(url: URL, request: RegistryRequest): Promise<IncomingMessage> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.#once(url, request);
        const wait = Number(answer.headers['retry-after'] ?? 0.2 * 2 ** attempt);
        const again = TRANSIENT.has(answer.statusCode ?? 0) && attempt < ATTEMPTS && wait <= LONGEST_PAUSE;
        if (!again) return answer;
        answer.destroy();
        await pause(wait * 1000);
      } catch (error) {
        if (attempt === ATTEMPTS || !isBrokenConnection(error)) throw error;
        await pause(200 * 2 ** attempt);
      }
    }
  }

  #once(url: URL, { headers, form }: RegistryRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const options = { method: form === undefined ? 'GET' : 'POST', headers };
      const sent =
        url.protocol === 'https:'
          ? requestHttps(url, { ...options, agent: this.#https })
          : requestHttp(url, { ...options, agent: isPlain(url) ? this.#direct : this.#http });
      sent.setTimeout(IDLE, () => sent.destroy(new Error(`nothing came for ${IDLE / 1000} seconds`)));
      sent.on('response', resolve);
      sent.on('error', reject);
      sent.end(form);
    });
  }
}

/** Registries of this machine speak plain HTTP, as Docker has it, and no proxy stands before them. */
export function isPlain(url: URL): boolean {
  return url.protocol === 'http:' && isLoopback(url.hostname);
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function isRedirect(status: number | undefined): boolean {
  return status !== undefined && [301, 302, 303, 307, 308].includes(status);
}

function isBrokenConnection(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ETIMEDOUT' || code === 'EAI_AGAIN';
}
