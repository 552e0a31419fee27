import type { ClientRequest, IncomingMessage } from 'node:http';
import { messageOf, systemErrorCode } from '../../base/errors.ts';
import { Retries, retry, retryAfter } from '../../base/retry.ts';
import { http, https, refuseUpgrade } from '../network.ts';
import { isStreamed, type StreamedBody, sendBody } from '../streamed-body.ts';
import { explainProxy, proxyFailed, RegistryAgents } from './registry-agents.ts';
import { RedirectFailure } from './registry-errors.ts';
import type { RegistryLimits } from './registry-limits.ts';
import { allowedUrl } from './registry-url.ts';
import { type CertificateEnvironment, TrustedCertificates } from './trusted-certificates.ts';

export interface RegistryRequest {
  /** GET when absent. */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  /** A form with secrets: then it is a POST. */
  readonly form?: string;
  /** What is streamed is sent once: whoever made it knows whether it may be sent again. */
  readonly body?: Uint8Array | StreamedBody;
  /** Milliseconds until the head of the answer is there, where that is not `head` of the limits. */
  readonly answerWithin?: number;
  /** Whether it is made once, whatever comes of it. */
  readonly isOnce?: boolean;
  readonly signal?: AbortSignal;
}

/** An answer whose body must be read or destroyed. */
export interface RegistryAnswer {
  readonly message: IncomingMessage;
  readonly status: number;
  /** Who answered: the host that was asked, or one that it sent us to. */
  readonly url: URL;
}

interface TransportOptions {
  /** A host whose certificate is not looked at; null where there is none. */
  readonly unverified?: string | null;
  /** What users call hosts, by the host. */
  readonly names?: ReadonlyMap<string, string>;
}

const MAX_REDIRECTS = 5;
/** What another attempt may be answered with something else. */
export const TRANSIENT: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Those that mean the same request once more; after the others, clients make a GET of it. */
const REPEATING: ReadonlySet<number> = new Set([307, 308]);
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
      if (!location || !mayFollow(request, status)) return { message, status, url: target };
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
    if (request.isOnce || isStreamed(request.body)) return await this.#trusting(url, request);
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

  async #once(url: URL, request: RegistryRequest): Promise<IncomingMessage> {
    const { proxy } = this.#agents.routeTo(url);
    try {
      return await this.#exchange(url, request);
    } catch (error) {
      throw explainProxy(error, proxy);
    }
  }

  async #exchange(url: URL, request: RegistryRequest): Promise<IncomingMessage> {
    const { head, idle } = this.#limits;
    const { body, form, answerWithin = head } = request;
    const { proxy } = this.#agents.routeTo(url);
    return await new Promise((resolve, reject) => {
      const sent = this.#open(url, request);
      let hasConnection = false;
      let late: NodeJS.Timeout | undefined;
      /** @param within milliseconds; null where nobody is waited for */
      const expect = (within: number | null, what: string): void => {
        clearTimeout(late);
        if (within === null) return;
        late = setTimeout(() => {
          const silence = new Error(`${what} within ${within / 1000} seconds`);
          // Until a proxy has let us through, nobody hears that the request is given up.
          reject(proxy !== null && !hasConnection ? proxyFailed(proxy, silence) : silence);
          sent.destroy(silence);
        }, within);
      };
      expect(answerWithin, NO_ANSWER);
      sent.on('socket', () => {
        hasConnection = true;
      });
      sent.on('close', () => clearTimeout(late));
      sent.on('response', message => {
        clearTimeout(late);
        // From here on the reader counts: what it takes itself is no silence.
        sent.setTimeout(0);
        // Who answers before it has all of it wants no more: the connection ends with the answer.
        if (!sent.writableEnded) message.once('close', () => sent.destroy());
        resolve(message);
      });
      refuseUpgrade(sent, reject);
      sent.on('error', reject);
      if (!isStreamed(body)) {
        const silence = Math.max(idle, answerWithin);
        sent.setTimeout(silence, () => sent.destroy(new Error(`nothing came for ${silence / 1000} seconds`)));
        return void sent.end(form ?? body);
      }
      sendBody(sent, body, isWaiting => expect(isWaiting ? idle : null, 'it took nothing')).then(
        () => {
          if (sent.writableEnded && !sent.destroyed)
            expect(body.isWhole ? answerWithin : this.#limits.cancel, NO_ANSWER);
        },
        (error: unknown) => {
          reject(error);
          sent.destroy();
        },
      );
    });
  }

  #open(url: URL, { form, body, signal, ...request }: RegistryRequest): ClientRequest {
    const method = request.method ?? (form === undefined ? 'GET' : 'POST');
    const { agent } = this.#agents.routeTo(url);
    const chunked = isStreamed(body) && { 'transfer-encoding': 'chunked' };
    const headers = { ...request.headers, ...chunked, 'user-agent': 'deadweight' };
    // Node ends a tunnel that a proxy does not open by the limit of the request alone.
    const options = { method, agent, timeout: this.#limits.head, headers, ...(signal && { signal }) };
    if (url.protocol !== 'https:') return http().request(url, options);
    const secureContext = this.#certificates.contextFor(url.host);
    const rejectUnauthorized = url.host !== this.#unverified;
    return https().request(url, { ...options, ...(secureContext && { secureContext }), rejectUnauthorized });
  }
}

const NO_ANSWER = 'no answer';

function mayFollow({ method = 'GET', form }: RegistryRequest, status: number): boolean {
  if (form !== undefined) return false;
  return (method === 'GET' || method === 'HEAD' ? REDIRECTS : REPEATING).has(status);
}

function isBroken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && BROKEN.has(String(error.code));
}
