import type { IncomingMessage } from 'node:http';
import type { Digest } from '../../base/digest.ts';
import { retryAfter } from '../../base/retry.ts';
import { DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, OCI_INDEX, OCI_MANIFEST } from '../../oci/media-type.ts';
import { documentTooLarge, MAX_DOCUMENT } from '../../oci/parse-json.ts';
import { parseReason, registryBrokeOff, registryRefused, tokenRefused } from './registry-errors.ts';
import { paceBody, readPacedBody } from './registry-limits.ts';
import { type RegistryOptions, RegistrySession } from './registry-session.ts';

const MANIFESTS = [OCI_INDEX, OCI_MANIFEST, DOCKER_MANIFEST_LIST, DOCKER_MANIFEST].join(', ');

/** Bytes of a blob between two breaks that count as getting on. */
const MIN_PROGRESS = 1024 * 1024;
/** Bytes of a part of a blob for which another request is worth it. */
const MIN_PART = 64 * 1024;
/** Of who does not send a part: it is asked for all of it. */
const NO_RANGE: ReadonlySet<number> = new Set([400, 416]);

/** A manifest or index as a registry serves it. */
interface ServedManifest {
  readonly bytes: Uint8Array;
  readonly mediaType: string | null;
  /** What the registry says its digest is: `Docker-Content-Digest`. */
  readonly digest: string | null;
}

/** Reads one repository of a registry. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pull */
export class RegistryClient {
  readonly #registry: string;
  readonly #session: RegistrySession;

  /** @throws DeadweightError `reference-invalid`, `config-invalid` */
  constructor(options: RegistryOptions) {
    this.#registry = options.registry;
    this.#session = new RegistrySession(options, { actions: 'pull', tokenRefused });
  }

  /**
   * @param reference a tag or digest
   * @throws DeadweightError `image-not-found`, `permission-denied`, `registry-unreachable`, `limit-exceeded`
   */
  async manifest(reference: string): Promise<ServedManifest> {
    const what = `${this.#name} (${reference})`;
    const answer = await this.#get(`manifests/${reference}`, what, { accept: MANIFESTS });
    const { 'content-type': type = '', 'docker-content-digest': digest } = answer.headers;
    const mediaType = type.split(';', 1)[0]?.trim() ?? '';
    return {
      bytes: await this.#whole(answer, what),
      mediaType: mediaType.endsWith('+json') ? mediaType : null,
      digest: typeof digest === 'string' ? digest : null,
    };
  }

  /** A small blob, whole. @throws DeadweightError as `manifest` */
  async document(digest: Digest): Promise<Uint8Array> {
    const what = `the blob ${digest} of ${this.#name}`;
    return this.#whole(await this.#get(`blobs/${digest}`, what, {}), what);
  }

  /**
   * A blob as it is stored; every iteration is a request, and one more for each part of it that is sent alone, and each time
   * that the connection breaks.
   * @param size as a manifest states it, for an answer that does not say how long it is; null where nothing states it
   * @throws DeadweightError as `manifest`, and `input-truncated`
   */
  async *blob(digest: Digest, size: number | null = null): AsyncIterable<Uint8Array> {
    const what = `the blob ${digest} of ${this.#name}`;
    let received = 0;
    let total: number | null = null;
    for (let attempt = 1; ; attempt += 1) {
      const headers = received === 0 ? {} : { range: rangeFrom(received, total) };
      const answer = await this.#get(`blobs/${digest}`, what, headers);
      const before = received;
      total ??= lengthOf(answer);
      let known = received - (startOf(answer) ?? received);
      try {
        if (known < 0) throw new Error('it went on in another place');
        for await (const chunk of paceBody(answer, this.#session.limits)) {
          // A server that knows no ranges sends it all again.
          const fresh = chunk.subarray(Math.min(known, chunk.length));
          known -= chunk.length - fresh.length;
          received += fresh.length;
          if (fresh.length > 0) yield fresh;
        }
        if (received >= (total ?? size ?? received)) return;
        // A server may send less than it was asked for, and say that it does.
        if (received - before < MIN_PART) throw new Error('it ends early');
        attempt = 0;
      } catch (cause) {
        // A long blob may take many connections, as long as it gets on.
        if (received - before >= MIN_PROGRESS) attempt = 1;
        const again = await this.#session.transport.retries.wait(attempt, { after: null });
        if (!again) throw registryBrokeOff(this.#registry, what, received, cause);
      } finally {
        answer.destroy();
      }
    }
  }

  close(): void {
    this.#session.close();
  }

  get #name(): string {
    return `the image ${this.#session.name}`;
  }

  async #whole(answer: IncomingMessage, what: string): Promise<Uint8Array> {
    const body = await this.#session.reached(readPacedBody(answer, this.#session.limits));
    if (body.length > MAX_DOCUMENT) throw documentTooLarge(what, body.length);
    return body;
  }

  async #get(
    path: string,
    what: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<IncomingMessage> {
    const answer = await this.#session.request(await this.#session.address(path), { headers });
    const { status, message } = answer;
    const { range, ...whole } = headers;
    if (status === 200 || (status === 206 && range !== undefined)) return message;
    if (range !== undefined && NO_RANGE.has(status)) {
      message.destroy();
      return this.#get(path, what, whole);
    }
    const body = await readPacedBody(message, this.#session.limits).catch(() => new Uint8Array());
    throw registryRefused({
      registry: this.#registry,
      what,
      status,
      reason: parseReason(body),
      wait: retryAfter(message.headers['retry-after'], Date.now()),
    });
  }
}

/**
 * With its end, where that is known: go-containerregistry's own registry refuses ranges that have none.
 * https://github.com/anchore/stereoscope/pull/695
 */
function rangeFrom(start: number, total: number | null): string {
  return `bytes=${start}-${total === null ? '' : total - 1}`;
}

/** Bytes of the whole blob; null where the answer does not say. */
function lengthOf({ statusCode, headers }: IncomingMessage): number | null {
  const whole = /^bytes \d{1,15}-\d{1,15}\/(\d{1,15})$/.exec(headers['content-range'] ?? '')?.[1];
  if (statusCode === 206) return whole === undefined ? null : Number(whole);
  const length = headers['content-length'];
  return statusCode === 200 && length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null;
}

/** Where in the blob an answer starts; null where it is a part and does not say which: the digest tells. */
function startOf({ statusCode, headers }: IncomingMessage): number | null {
  if (statusCode !== 206) return 0;
  const start = /^bytes (\d{1,15})-/.exec(headers['content-range'] ?? '')?.[1];
  return start === undefined ? null : Number(start);
}
