import { DeadweightError } from '../../base/errors.ts';
import type { OpenOptions } from '../image.ts';
import { isStreamed } from '../streamed-body.ts';
import { findAuthSources } from './auth-sources.ts';
import { type Credentials, findCredentials } from './credentials.ts';
import { isLoopback } from './proxy.ts';
import type { RegistryPlace } from './registries-conf.ts';
import { authorize, parseChallenge } from './registry-authorization.ts';
import { registryUnreachable } from './registry-errors.ts';
import { REGISTRY_LIMITS, type RegistryLimits } from './registry-limits.ts';
import { type RegistryAnswer, type RegistryRequest, RegistryTransport } from './registry-transport.ts';
import { registryUrl, withoutTls } from './registry-url.ts';

export interface RegistryOptions {
  /** `docker.io`, `ghcr.io`, `localhost:5000`. */
  readonly registry: string;
  readonly repository: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  /** Where `etc` is, with certificates in it; `/` when absent. */
  readonly root?: string;
  /** Whether a configuration permits it to speak without TLS, or with a certificate that nobody knows. */
  readonly isInsecure?: boolean;
  /** Asked for once, and only when the registry wants to know. */
  readonly credentials: () => Promise<Credentials | null>;
  readonly limits?: RegistryLimits;
}

/** What a repository is spoken to for. */
export interface RegistryPurpose {
  /** Actions of a scope, as tokens have them. */
  readonly actions: 'pull' | 'pull,push';
  /** The error where no token is given. */
  readonly tokenRefused: (registry: string, hasCredentials: boolean) => DeadweightError;
}

/** How a place is spoken to, with the credentials that are stored for it. */
export function optionsFor(
  place: RegistryPlace,
  options: Pick<OpenOptions, 'env' | 'homeDir' | 'exec' | 'log'>,
): RegistryOptions {
  const { registry, repository, isInsecure } = place;
  const { env, homeDir, exec, log } = options;
  const credentials = async () => findCredentials(place, findAuthSources(options), exec, log);
  return { registry, repository, env, homeDir, isInsecure, credentials };
}

/** Requests about one repository of a registry, with the authorization that it asks for. */
export class RegistrySession {
  readonly limits: RegistryLimits;
  readonly transport: RegistryTransport;
  readonly #options: RegistryOptions;
  readonly #purpose: RegistryPurpose;
  readonly #url: URL;
  #home: Promise<URL> | null = null;
  #credentials: Promise<Credentials | null> | null = null;
  /** By the repository that it permits to read as well; null for that of the session alone. */
  readonly #authorizations = new Map<string | null, Promise<string | null>>();

  /** @throws DeadweightError `reference-invalid`, `config-invalid` */
  constructor(options: RegistryOptions, purpose: RegistryPurpose) {
    this.#options = options;
    this.#purpose = purpose;
    this.limits = options.limits ?? REGISTRY_LIMITS;
    this.#url = registryUrl(options.registry);
    this.transport = new RegistryTransport(options, this.limits, {
      unverified: options.isInsecure ? this.#url.host : null,
      names: new Map([[this.#url.host, options.registry]]),
    });
    this.transport.check(this.#url);
  }

  /** The registry and the repository, as messages name them: `ghcr.io/owner/app`. */
  get name(): string {
    return `${this.#options.registry}/${this.#options.repository}`;
  }

  /**
   * The address of something in the repository. With TLS; on this machine, or where a configuration permits it, without
   * where there is none.
   * @param path `manifests/latest`
   * @throws DeadweightError `registry-unreachable`
   */
  async address(path: string): Promise<URL> {
    this.#home ??= this.#findHome();
    return new URL(`${this.#options.repository}/${path}`, await this.#home);
  }

  /**
   * Resolves with the last answer, whatever its status. Asks for a token where the registry wants one, and sends the request
   * again, but no streamed body: whoever made that knows what of it has arrived.
   * @param source a repository that the request reads as well
   * @throws DeadweightError `registry-unreachable`, that of the purpose where no token is given
   * @throws Error of a streamed request alone: as `RegistryTransport`
   */
  async request(url: URL, request: RegistryRequest, source: string | null = null): Promise<RegistryAnswer> {
    const { origin } = await this.address('');
    const used = this.#authorizations.get(source);
    // Only the registry itself may ask who we are: elsewhere its credentials are nobody's business.
    const own = url.origin === origin ? await used : null;
    const answer = await this.#send(url, request, own ?? null);
    if (answer.status !== 401 || answer.url.origin !== origin || url.origin !== origin) return answer;
    const isOnce = isStreamed(request.body);
    if (!isOnce) answer.message.destroy();
    // Requests beside this one may have got an answer to the same challenge meanwhile.
    if (this.#authorizations.get(source) === used) {
      const challenge = answer.message.headers['www-authenticate'];
      this.#authorizations.set(source, this.#answerTo(challenge, source));
    }
    const renewed = await this.#authorizations.get(source);
    return isOnce ? answer : await this.#send(url, request, renewed ?? null);
  }

  /** @throws DeadweightError `registry-unreachable` for whatever else is thrown */
  async reached<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw error instanceof DeadweightError ? error : registryUnreachable(this.#options.registry, error);
    }
  }

  /** Breaks off what is under way. */
  close(): void {
    this.transport.close();
  }

  async #findHome(): Promise<URL> {
    const { isInsecure = false } = this.#options;
    if (!isInsecure && !isLoopback(this.#url.hostname)) return this.#url;
    const answer = this.reached(this.transport.speaksTls(this.#url));
    // Its port for TLS may be closed, or no proxy lead there.
    const isTls = await (isInsecure ? answer.catch(() => false) : answer);
    return isTls ? this.#url : withoutTls(this.#url);
  }

  #send(url: URL, request: RegistryRequest, authorization: string | null): Promise<RegistryAnswer> {
    const headers = authorization === null ? request.headers : { ...request.headers, authorization };
    const answer = this.transport.send(url, { ...request, headers });
    return isStreamed(request.body) ? answer : this.reached(answer);
  }

  /** A token serves all requests until the registry asks again: it may have run out. */
  async #answerTo(header: string | undefined, source: string | null): Promise<string | null> {
    const challenge = parseChallenge(header);
    if (!challenge) return null;
    this.#credentials ??= this.#options.credentials();
    const credentials = await this.#credentials;
    const { registry, repository } = this.#options;
    const { actions, tokenRefused } = this.#purpose;
    const scopes = [`repository:${repository}:${actions}`];
    if (source !== null) scopes.push(`repository:${source}:pull`);
    const home = await this.address('');
    const request = { registry, scopes, home, credentials, limits: this.limits, tokenRefused };
    return await this.reached(authorize(challenge, request, this.transport));
  }
}
