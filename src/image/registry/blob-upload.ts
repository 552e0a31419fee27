import type { Digest } from '../../base/digest.ts';
import type { StreamedBody } from '../streamed-body.ts';
import { openCounted } from '../targets/counted-blob.ts';
import type { BlobIdentity, BlobStream, OutgoingBlob } from '../targets/image-target.ts';
import type { RegistrySession } from './registry-session.ts';
import type { RegistryAnswer } from './registry-transport.ts';
import { uploadUrl } from './registry-url.ts';

const OCTETS = 'application/octet-stream';

/** An upload that a registry has begun, until it is finished or cancelled. */
export class BlobUpload {
  readonly #session: RegistrySession;
  #url: URL;
  #mayBeStored = false;

  /**
   * @param begun what a registry answered to the request for an upload
   * @param home address of the registry
   * @throws Error when the answer says nowhere to send it to
   */
  constructor(session: RegistrySession, begun: RegistryAnswer, home: URL) {
    this.#session = session;
    this.#url = uploadUrl(begun.message.headers.location, begun.url, home);
  }

  /**
   * Sends all of a blob. Its digest need not be known, and it can be ended before its end: registries that know how much
   * they have (`_state`) drop an upload only for who knows it as well, which nobody does of a connection that was cut.
   * @param signal cuts it
   */
  async send(body: StreamedBody, signal: AbortSignal): Promise<RegistryAnswer> {
    const headers = { 'content-type': OCTETS };
    const answerWithin = this.#session.limits.store;
    const answer = await this.#session.request(this.#url, {
      method: 'PATCH',
      headers,
      body,
      answerWithin,
      signal,
    });
    // Where it goes on need not be where it began; who does not say leaves it there.
    const { location } = answer.message.headers;
    if (location && answer.status < 300) this.#url = uploadUrl(location, answer.url, this.#url);
    return answer;
  }

  /** Whether the registry was asked to make a blob of it. */
  get mayBeStored(): boolean {
    return this.#mayBeStored;
  }

  /** Makes a blob of what was sent. */
  async finish(digest: Digest): Promise<RegistryAnswer> {
    this.#mayBeStored = true;
    const url = new URL(this.#url);
    // What is there may be signed as it is: it is not written anew.
    url.search += `${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`;
    const headers = { 'content-type': OCTETS, 'content-length': '0' };
    const answerWithin = this.#session.limits.store;
    return await this.#session.request(url, { method: 'PUT', headers, answerWithin });
  }

  /** Tells the registry to drop what it has. Whether it does is its own: it drops uploads by itself, after some days. */
  async cancel(): Promise<void> {
    const answerWithin = this.#session.limits.cancel;
    try {
      const options = { method: 'DELETE', headers: {}, isOnce: true, answerWithin } as const;
      (await this.#session.request(this.#url, options)).message.destroy();
    } catch {
      // The error that made us give it up is the one to tell.
    }
  }
}

/** The bytes of a blob on their way to a registry: what cannot be read ends them, and says so later. */
export class BlobBody implements StreamedBody {
  readonly #blob: OutgoingBlob;
  #stream: BlobStream | null = null;
  #state: 'part' | 'whole' | 'stopped' = 'part';
  #passed = 0;
  #failure: { readonly error: unknown } | null = null;
  #wake = (): void => undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(blob: OutgoingBlob) {
    this.#blob = blob;
  }

  /** Bytes that were sent since it was opened last. */
  get passed(): number {
    return this.#passed;
  }

  get isWhole(): boolean {
    return this.#state === 'whole';
  }

  /** What reading it failed with; null where it did not. */
  get failure(): { readonly error: unknown } | null {
    return this.#failure;
  }

  /** Ends it where it is. */
  stop(): void {
    this.#state = 'stopped';
    this.#wake();
  }

  /** Until nothing of it is read any more: what reads it afresh may share its source and its hash. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  async *open(): AsyncIterable<Uint8Array> {
    await this.#unlessStopped(this.#ended);
    if (this.#state === 'stopped') return;
    const ended = Promise.withResolvers<void>();
    this.#ended = ended.promise;
    this.#state = 'part';
    this.#passed = 0;
    const stream = openCounted(this.#blob);
    this.#stream = stream;
    const chunks = stream.chunks[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.#unlessStopped(chunks.next());
        if (next === null) break;
        if (next.done) {
          this.#state = 'whole';
          return;
        }
        this.#passed += next.value.length;
        yield next.value;
      }
    } catch (error) {
      this.#failure = { error };
    } finally {
      // It may still be at work on the next chunk: only who reads it afresh waits for that.
      const end = () => ended.resolve();
      if (this.isWhole) end();
      else Promise.resolve(chunks.return?.()).then(end, end);
    }
  }

  /** Of what was sent, when all of it was. */
  async identity(): Promise<BlobIdentity> {
    if (this.#blob.known !== null) return this.#blob.known;
    if (this.#stream === null) throw new TypeError('it was sent');
    return await this.#stream.identity();
  }

  async #unlessStopped<T>(next: Promise<T>): Promise<T | null> {
    return await new Promise((resolve, reject) => {
      this.#wake = () => resolve(null);
      next.then(resolve, reject);
      if (this.#state === 'stopped') resolve(null);
    });
  }
}
