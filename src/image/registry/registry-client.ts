import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Digest } from '../../base/digest.ts';
import { DeadweightError } from '../../base/errors.ts';
import { DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, OCI_INDEX, OCI_MANIFEST } from '../../oci/media-type.ts';
import { bodyOf } from '../message-body.ts';
import { chunksOf } from '../message-chunks.ts';
import { parseChallenge } from './challenge.ts';
import type { Credentials } from './credentials.ts';
import { authorize } from './registry-authority.ts';
import { registryFailure, registryUnreachable } from './registry-errors.ts';
import { isLoopback, RegistryTransport } from './registry-transport.ts';

const MANIFESTS = [OCI_INDEX, OCI_MANIFEST, DOCKER_MANIFEST_LIST, DOCKER_MANIFEST].join(', ');

export interface RegistryClientOptions {
  /** `docker.io`, `ghcr.io`, `localhost:5000`. */
  readonly registry: string;
  readonly repository: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asked for only when the registry wants to know. */
  readonly credentials: () => Promise<Credentials | null>;
}

/** Reads one repository of a registry. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pull */
export class RegistryClient {
  readonly #options: RegistryClientOptions;
  readonly #transport: RegistryTransport;
  readonly #base: string;
  #authorization: Promise<string | null> | null = null;

  constructor(options: RegistryClientOptions) {
    this.#options = options;
    this.#transport = new RegistryTransport(options.env);
    const { registry, repository } = options;
    const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
    const scheme = isLoopback(host.replace(/:\d+$/, '')) ? 'http' : 'https';
    this.#base = `${scheme}://${host}/v2/${repository}`;
  }

  /**
   * A manifest or index.
   * @param reference a tag or digest
   * @throws DeadweightError `image-not-found`, `permission-denied`, `registry-unreachable`
   */
  async manifest(
    reference: string,
  ): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string | null }> {
    const answer = await this.#get(`/manifests/${reference}`, `${this.#name} (${reference})`, MANIFESTS);
    const type = answer.headers['content-type']?.split(';')[0]?.trim();
    return { bytes: await this.#whole(answer), mediaType: type?.endsWith('+json') ? type : null };
  }

  /** A small blob, whole. @throws DeadweightError as `manifest` */
  async document(digest: Digest): Promise<Uint8Array> {
    return this.#whole(await this.#get(`/blobs/${digest}`, `the blob ${digest} of ${this.#name}`, '*/*'));
  }

  /** A blob as it is stored; every iteration is a request. @throws DeadweightError as `manifest`, `input-truncated` */
  async *blob(digest: Digest): AsyncIterable<Uint8Array> {
    const answer = await this.#get(`/blobs/${digest}`, `the blob ${digest} of ${this.#name}`, '*/*');
    try {
      yield* chunksOf(answer);
    } catch (cause) {
      throw new DeadweightError('input-truncated', {
        message: `The registry ${this.#options.registry} broke off while it sent the blob ${digest}.`,
        remedy: 'Try again; when it stays so, check the network and the proxy.',
        cause,
      });
    } finally {
      answer.destroy();
    }
  }

  close(): void {
    this.#transport.close();
  }

  get #name(): string {
    return `the image ${this.#options.registry}/${this.#options.repository}`;
  }

  async #whole(answer: IncomingMessage): Promise<Uint8Array> {
    try {
      return await bodyOf(answer);
    } catch (cause) {
      throw registryUnreachable(this.#options.registry, cause);
    }
  }

  async #get(path: string, what: string, accept: string): Promise<IncomingMessage> {
    const url = new URL(`${this.#base}${path}`);
    let answer = await this.#send(url, accept, (await this.#authorization) ?? null);
    if (answer.statusCode === 401) {
      answer.destroy();
      answer = await this.#send(url, accept, await this.#answerTo(answer.headers['www-authenticate']));
    }
    if (answer.statusCode === 200) return answer;
    const said = messageIn(await bodyOf(answer).catch(() => new Uint8Array()));
    throw registryFailure(this.#options.registry, what, answer.statusCode ?? 0, said);
  }

  async #send(url: URL, accept: string, authorization: string | null): Promise<IncomingMessage> {
    const headers = authorization === null ? { accept } : { accept, authorization };
    try {
      return await this.#transport.send(url, { headers });
    } catch (cause) {
      throw registryUnreachable(this.#options.registry, cause);
    }
  }

  /** A token serves all requests until the registry asks again: it may have run out. */
  #answerTo(header: string | undefined): Promise<string | null> {
    const challenge = parseChallenge(header);
    const { credentials, registry, repository } = this.#options;
    const answer = async () => {
      if (!challenge) return null;
      try {
        return await authorize(challenge, await credentials(), this.#transport, registry, repository);
      } catch (error) {
        throw error instanceof DeadweightError ? error : registryUnreachable(registry, error);
      }
    };
    this.#authorization = answer();
    return this.#authorization;
  }
}

const errorsSchema = z.object({
  errors: z.array(z.object({ code: z.string().nullish(), message: z.string().nullish() })).min(1),
});

/** What the registry says of an error: `{"errors":[{"code":…,"message":…}]}`. */
function messageIn(body: Uint8Array): string {
  try {
    const [first] = errorsSchema.parse(JSON.parse(new TextDecoder().decode(body))).errors;
    return first?.message || first?.code || '';
  } catch {
    return '';
  }
}
