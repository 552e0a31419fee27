import type { IncomingMessage } from 'node:http';
import { messageOf, systemErrorCode } from '../../base/errors.ts';
import { Retries, retry, retryAfter } from '../../base/retry.ts';
import { http, https, refuseUpgrade } from '../network.ts';
import { explainProxy, proxyFailed, RegistryAgents } from './registry-agents.ts';
import { RedirectFailure } from './registry-errors.ts';
import type { RegistryLimits } from './registry-limits.ts';
import { allowedUrl } from './registry-url.ts';
import { type CertificateEnvironment, TrustedCertificates } from './trusted-certificates.ts';

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

interface TransportOptions {
  /** A host whose certificate is not looked at; null where there is none. */
  readonly unverified?: string | null;
  /** What users call hosts, by the host. */
  readonly names?: ReadonlyMap<string, string>;
}

const MAX_REDIRECTS = 5;
const TRANSIENT: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const BROKEN: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN']);
/** What comes of TLS from who does not speak it: an answer in clear text, or none. */
const PLAIN =
  /^(?:ECONNRESET|EPIPE|ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNKNOWN_PROTOCOL))$/;
const UNTRUSTED = /SELF_SIGNED|^UNABLE_TO_/;

/** Sends requests, with retries, redirects, proxies and certificates; knows nothing of registries. */
export class RegistryTransport {
  /** The waits of all requests together. */
  readonly retries: Retries;
  readonly #limits: RegistryLimits;
  readonly #agents: RegistryAgents;
  readonly #certificates: TrustedCertificates;
  readonly #unverified: string | null;

  /**
   * @param environment its proxies and certificates count
   */
  constructor(
    environment: CertificateEnvironment,
    limits: RegistryLimits,
    { unverified = null, names = new Map() }: TransportOptions = {},
  ) {
    this.#limits = limits;
    this.retries = new Retries(limits.retry);
    this.#agents = new RegistryAgents(environment.env);
    this.#certificates = new TrustedCertificates(environment, names);
    this.#unverified = unverified;
  }

  /** @throws DeadweightError `config-invalid` when the proxy for an address cannot be used */
  check(url: URL): void {
    this.#agents.routeTo(url);
  }

  /**
   * Whether a host speaks TLS where it listens. Asked once, and not again when it breaks off.
   * @throws Error when it cannot be reached, or is not trusted
   */
  async speaksTls(url: URL): Promise<boolean> {
    try {
      (await this.#trusting(url, { headers: {} })).destroy();
      return true;
    } catch (error) {
      const code = systemErrorCode(error) ?? '';
      if (PLAIN.test(code) || (code === 'EPROTO' && /wrong version|too long/.test(messageOf(error))))
        return false;
      throw error;
    }
  }

  /**
   * Resolves with the last answer, whatever its status. Credentials are not sent on to another host, nor is a form.
   * @throws Error when there is no answer
   */
  async send(url: URL, request: RegistryRequest): Promise<RegistryAnswer> {
    let target = url;
    let headers = request.headers;
    for (let count = 0; count <= MAX_REDIRECTS; count += 1) {
      const message = await this.#persistently(target, { ...request, headers }).catch((error: unknown) => {
        throw target.origin === url.origin ? error : new RedirectFailure(target.host, error);
      });
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
    this.#agents.close();
  }

  async #persistently(url: URL, request: RegistryRequest): Promise<IncomingMessage> {
    let last: IncomingMessage | null = null;
    const attempt = async (): Promise<IncomingMessage> => {
      last?.destroy();
      last = await this.#trusting(url, request);
      return last;
    };
    return await retry(attempt, this.retries, {
      ofError: error => (isBroken(error) ? { after: null } : null),
      ofAnswer: ({ statusCode, headers }) =>
        TRANSIENT.has(statusCode ?? 0) ? { after: retryAfter(headers['retry-after'], Date.now()) } : null,
    });
  }

  /** Once more with what this machine trusts, where nobody else vouches for a host. */
  async #trusting(url: URL, request: RegistryRequest): Promise<IncomingMessage> {
    const { trustsSystem } = this.#certificates;
    try {
      return await this.#once(url, request);
    } catch (error) {
      const isUntrusted = UNTRUSTED.test(systemErrorCode(error) ?? '');
      if (!isUntrusted || trustsSystem || !this.#certificates.trustSystem()) throw error;
      return await this.#once(url, request);
    }
  }

  async #once(url: URL, { headers, form }: RegistryRequest): Promise<IncomingMessage> {
    const { head, idle } = this.#limits;
    const method = form === undefined ? 'GET' : 'POST';
    const { agent, proxy } = this.#agents.routeTo(url);
    // Node ends a tunnel that a proxy does not open by the limit of the request alone.
    const options = { method, agent, timeout: head, headers: { ...headers, 'user-agent': 'deadweight' } };
    const isSecure = url.protocol === 'https:';
    const secureContext = isSecure ? this.#certificates.contextFor(url.host) : undefined;
    const rejectUnauthorized = url.host !== this.#unverified;
    try {
      return await new Promise((resolve, reject) => {
        const sent = isSecure
          ? https().request(url, { ...options, ...(secureContext && { secureContext }), rejectUnauthorized })
          : http().request(url, options);
        let hasConnection = false;
        const late = setTimeout(() => {
          const silence = new Error(`no answer within ${head / 1000} seconds`);
          // Until a proxy has let us through, nobody hears that the request is given up.
          reject(proxy !== null && !hasConnection ? proxyFailed(proxy, silence) : silence);
          sent.destroy(silence);
        }, head);
        sent.on('socket', () => {
          hasConnection = true;
        });
        sent.setTimeout(idle, () => sent.destroy(new Error(`nothing came for ${idle / 1000} seconds`)));
        sent.on('close', () => clearTimeout(late));
        sent.on('response', message => {
          clearTimeout(late);
          // From here on the reader counts: what it takes itself is no silence.
          sent.setTimeout(0);
          resolve(message);
        });
        refuseUpgrade(sent, reject);
        sent.on('error', reject);
        sent.end(form);
      });
    } catch (error) {
      throw explainProxy(error, proxy);
    }
  }
}

function isBroken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && BROKEN.has(String(error.code));
}
