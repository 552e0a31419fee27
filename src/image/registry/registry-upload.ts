import { DeadweightError, messageOf } from '../../base/errors.ts';
import { type RetryAdvice, retryAfter } from '../../base/retry.ts';
import type { BlobIdentity, OutgoingBlob, OutgoingDocument } from '../targets/image-target.ts';
import { BlobBody, BlobUpload } from './blob-upload.ts';
import {
  keepsTag,
  type PushRefusal,
  pushBrokeOff,
  pushCancelled,
  pushRefused,
  pushStopped,
  pushTokenRefused,
} from './push-errors.ts';
import { parseRefusal } from './registry-errors.ts';
import { readPacedBody } from './registry-limits.ts';
import { type RegistryOptions, RegistrySession } from './registry-session.ts';
import { type RegistryAnswer, TRANSIENT } from './registry-transport.ts';

/** An upload that came to nothing, where another one may do better. */
class BrokenUpload extends Error {
  /** What is thrown where there is no other. */
  readonly error: DeadweightError;
  /** Milliseconds that the registry asks to wait; null where it does not say. */
  readonly after: number | null;
  /** Whether it was asked for another token, which is there now. */
  readonly isToken: boolean;

  constructor(error: DeadweightError, after: number | null = null, isToken = false) {
    super(messageOf(error), { cause: error });
    this.error = error;
    this.after = after;
    this.isToken = isToken;
  }
}

/** Writes to one repository of a registry. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#push */
export class RegistryUploads {
  readonly #registry: string;
  readonly #session: RegistrySession;
  /** Blobs are ended where they are. */
  readonly #stop = new AbortController();
  /** Connections are cut. */
  readonly #cut = new AbortController();
  readonly #writing = new Set<Promise<unknown>>();
  /** Repositories that nothing may be taken from. */
  readonly #closedSources = new Set<string>();
  /** What reading blobs has failed with. */
  readonly #failures = new Set<unknown>();
  #closing: Promise<void> | null = null;

  /** @throws DeadweightError `reference-invalid`, `config-invalid` */
  constructor(options: RegistryOptions) {
    this.#registry = options.registry;
    this.#session = new RegistrySession(options, {
      actions: 'pull,push',
      tokenRefused: pushTokenRefused,
    });
  }

  /**
   * Writes a blob, unless the repository has it.
   * @param source a repository of the registry that may have it
   * @throws DeadweightError `push-failed`, `cancelled`; what reading the blob throws
   */
  async blob(blob: OutgoingBlob, source: string | null): Promise<BlobIdentity> {
    this.#assertOpen(blob.name);
    const writing = this.#write(blob, source);
    this.#writing.add(writing);
    try {
      return await writing;
    } catch (error) {
      // What was broken off fails in many ways.
      this.#assertOpen(blob.name);
      throw this.#failures.has(error) ? error : pushStopped(error);
    } finally {
      this.#writing.delete(writing);
    }
  }

  /**
   * Writes a manifest or an index, whose blobs or manifests must be there.
   * @param reference a tag, or its digest
   * @throws DeadweightError `push-failed`, `cancelled`
   */
  async manifest(reference: string, document: OutgoingDocument): Promise<void> {
    this.#assertOpen('the image');
    try {
      await this.#put(reference, document);
    } catch (error) {
      throw pushStopped(error);
    }
  }

  async #put(reference: string, { bytes, mediaType, digest }: OutgoingDocument): Promise<void> {
    const url = await this.#session.address(`manifests/${reference}`);
    const answer = await this.#session.request(url, {
      method: 'PUT',
      headers: { 'content-type': mediaType, 'content-length': String(bytes.length) },
      body: bytes,
      answerWithin: this.#session.limits.store,
    });
    const separator = reference === digest ? '@' : ':';
    const refusal = await this.#refusalOf(answer, `${this.#session.name}${separator}${reference}`, reference);
    if (refusal === null) return;
    // Who tries again, or writes the same image once more, finds the tag where it should be.
    if (keepsTag(refusal) && (await this.#digestOf(url, mediaType)) === digest) return;
    throw pushRefused(refusal);
  }

  /** Breaks off what is under way and cancels the uploads that are open. Twice is harmless. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { cancel } = this.#session.limits;
    this.#session.transport.retries.end();
    this.#stop.abort();
    // Each of them tells the registry to drop what it has.
    const ended = Promise.allSettled(this.#writing);
    if (!(await isWithin(cancel, ended))) {
      this.#cut.abort();
      await isWithin(cancel, ended);
    }
    this.#session.close();
  }

  async #write(blob: OutgoingBlob, source: string | null): Promise<BlobIdentity> {
    const { known, name } = blob;
    if (known === null) return await this.#upload(blob, null);
    if (await this.#has(known)) return known;
    const mounted = source === null ? null : await this.#mount(known, source, name);
    return mounted === 'mounted' ? known : await this.#upload(blob, mounted);
  }

  #assertOpen(what: string): void {
    if (this.#stop.signal.aborted) throw pushCancelled(what);
  }

  /** Whether the repository has a blob; not, where it does not say: writing it again harms nobody. */
  async #has({ digest, size }: BlobIdentity): Promise<boolean> {
    const url = await this.#session.address(`blobs/${digest}`);
    const answer = await this.#session.request(url, { method: 'HEAD', headers: {} });
    await this.#bodyOf(answer);
    const length = answer.message.headers['content-length'];
    return answer.status === 200 && (length === undefined || Number(length) === size);
  }

  /** What a tag names; null where nothing says so. */
  async #digestOf(url: URL, mediaType: string): Promise<string | null> {
    const answer = await this.#session.request(url, { method: 'HEAD', headers: { accept: mediaType } });
    await this.#bodyOf(answer);
    const digest = answer.message.headers['docker-content-digest'];
    return typeof digest === 'string' ? digest : null;
  }

  /**
   * Takes a blob over from another repository, whose right to read is asked for in the same token. Not every registry
   * can, nor gives such a token: then it is uploaded.
   * @returns an upload where the registry has begun one instead; null where it has not
   */
  async #mount(
    { digest }: BlobIdentity,
    source: string,
    name: string,
  ): Promise<'mounted' | BlobUpload | null> {
    if (this.#closedSources.has(source)) return null;
    const query = `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(source)}`;
    try {
      return await this.#begin(query, source, name);
    } catch (error) {
      if (!(error instanceof DeadweightError) || error.code === 'cancelled') throw error;
      this.#closedSources.add(source);
      return null;
    }
  }

  async #begin(query: string, source: string | null, name: string): Promise<'mounted' | BlobUpload> {
    this.#assertOpen(name);
    const address = await this.#session.address(`blobs/uploads/${query}`);
    const answer = await this.#session.request(address, POST, source);
    const refusal = await this.#refusalOf(answer, name, null);
    if (refusal !== null) throw pushRefused(refusal);
    if (answer.status === 201 && source !== null) return 'mounted';
    const begin = async () => new BlobUpload(this.#session, answer, address);
    return await this.#session.reached(begin());
  }

  /** A broken upload is begun anew, as often as the limits permit. @param begun what the registry has begun already */
  async #upload(blob: OutgoingBlob, begun: BlobUpload | null): Promise<BlobIdentity> {
    let upload = begun;
    let hasToken = false;
    let last: BlobBody | null = null;
    for (let attempt = 1; ; attempt += 1) {
      const started = upload ?? (await this.#begin('', null, blob.name));
      if (started === 'mounted') throw new TypeError('nothing was to be mounted');
      upload = null;
      // A source that never comes to its end has limits of its own.
      if (last !== null) await isWithin(this.#session.limits.idle, last.ended);
      const body = new BlobBody(blob);
      last = body;
      try {
        return await this.#send(started, blob.name, body);
      } catch (error) {
        await started.cancel();
        if (!(error instanceof BrokenUpload)) throw error;
        const isRenewed = error.isToken && !hasToken;
        if (!isRenewed && (error.isToken || !(await this.#retries(attempt, error)))) throw error.error;
        hasToken ||= error.isToken;
        // Its answer may have got lost.
        if (started.mayBeStored && (await this.#has(await body.identity()))) return await body.identity();
      }
    }
  }

  /** Waits before another attempt; not where it is closed meanwhile. */
  async #retries(attempt: number, advice: RetryAdvice): Promise<boolean> {
    const { signal } = this.#stop;
    let stop = (): void => undefined;
    const stopped = new Promise<false>(resolve => {
      stop = () => resolve(false);
    });
    signal.addEventListener('abort', stop);
    try {
      return await Promise.race([this.#session.transport.retries.wait(attempt, advice), stopped]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async #send(upload: BlobUpload, name: string, body: BlobBody): Promise<BlobIdentity> {
    const stop = () => body.stop();
    const { signal } = this.#stop;
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    try {
      const answer = await upload.send(body, this.#cut.signal);
      this.#assertRead(body);
      await this.#expectTaken(answer, name);
      if (!body.isWhole) throw new Error('it answered before it had all of it');
      const identity = await body.identity();
      await this.#expectTaken(await upload.finish(identity.digest), name);
      return identity;
    } catch (error) {
      this.#assertRead(body);
      if (error instanceof DeadweightError || error instanceof BrokenUpload) throw error;
      throw new BrokenUpload(pushBrokeOff({ registry: this.#registry, what: name }, body.passed, error));
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** @throws what reading it has failed with */
  #assertRead({ failure }: BlobBody): void {
    if (failure === null) return;
    this.#failures.add(failure.error);
    throw failure.error;
  }

  /** @throws DeadweightError when the registry refuses it for good, BrokenUpload when it does not */
  async #expectTaken(answer: RegistryAnswer, name: string): Promise<void> {
    const refusal = await this.#refusalOf(answer, name, null);
    if (refusal === null) return;
    const error = pushRefused(refusal);
    const { status, code, wait } = refusal;
    // It knows nothing of the upload any more.
    const isForgotten = status === 404 && code !== 'NAME_UNKNOWN';
    const isWorthIt = TRANSIENT.has(status) || status === 401 || isForgotten;
    throw isWorthIt ? new BrokenUpload(error, wait, status === 401) : error;
  }

  /** What an answer says no to; null where it says yes. Its body has been read. */
  async #refusalOf(
    answer: RegistryAnswer,
    what: string,
    reference: string | null,
  ): Promise<PushRefusal | null> {
    const { status, message } = answer;
    const body = await this.#bodyOf(answer);
    if (status >= 200 && status < 300) return null;
    const { code, message: said } = parseRefusal(body);
    return {
      registry: this.#registry,
      repository: this.#session.name,
      reference,
      what,
      status,
      code,
      reason: said || code,
      wait: retryAfter(message.headers['retry-after'], Date.now()),
    };
  }

  /** Read to its end, where the connection serves the next request. */
  async #bodyOf({ message }: RegistryAnswer): Promise<Uint8Array> {
    return await readPacedBody(message, this.#session.limits).catch(() => new Uint8Array());
  }
}

/** Whether something has come to its end. @param limit milliseconds */
async function isWithin(limit: number, ending: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>(resolve => {
    timer = setTimeout(() => resolve(false), limit);
  });
  try {
    return await Promise.race([ending.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

const POST = { method: 'POST', headers: { 'content-length': '0' } } as const;
