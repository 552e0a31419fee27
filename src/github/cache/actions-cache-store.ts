import type { Log } from '../../base/effects.ts';
import { DeadweightError, sentenceOf } from '../../base/errors.ts';
import type { NoticeCode, NoticeSink } from '../../base/notice.ts';
import type { SnapshotKey } from '../../baseline/store/snapshot-key.ts';
import {
  MAX_ANCESTORS,
  MAX_STORED_TEXT,
  nameSnapshot,
  readStoredText,
  type SnapshotStore,
  type StoredSnapshot,
  writeStoredText,
} from '../../baseline/store/snapshot-store.ts';
import type { Snapshot } from '../../compare/snapshot.ts';
import { boundedRequest, NoAnswer } from '../bounded-request.ts';
import { readOnlyText } from './cache-archive.ts';
import {
  type CacheService,
  cacheAccess,
  cacheScopes,
  findCacheEntry,
  type ServiceState,
} from './cache-service.ts';
import { CACHED_PATH, CACHED_VERSIONS, withCachedFile } from './cached-file.ts';

/** Bytes of a compressed entry. */
const MAX_ARCHIVE_BYTES = 32 * 1024 * 1024;
/** Milliseconds that the service may cost a run when it hangs: a snapshot is a few megabytes at most. */
const MAX_WAIT_MS = 10_000;

interface ActionsCacheOptions {
  /** The job's environment: ACTIONS_RESULTS_URL, ACTIONS_RUNTIME_TOKEN, ACTIONS_CACHE_SERVICE_V2 and so on. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly log: Log;
  readonly notice: NoticeSink;
  /** Shared with others that ask the same service; of this store alone when absent. */
  readonly service?: ServiceState;
  /** Milliseconds that all of a `get` may take. Where that passes without an answer, nobody is asked again. */
  readonly readMs?: number;
  /** Milliseconds that a `put` may take. @actions/cache alone would go on for minutes. */
  readonly writeMs?: number;
  /** Milliseconds before a failed lookup is tried again. */
  readonly firstWaitMs?: number;
}

/**
 * Snapshots in the Actions cache. Written through @actions/cache; read over the same service without it, because the
 * client cannot be stopped and unpacks what it gets wherever the archive says.
 */
export class ActionsCacheStore implements SnapshotStore {
  readonly #options: ActionsCacheOptions;
  readonly #noticed = new Set<string>();
  #writing: Promise<void> = Promise.resolve();
  /** Several platforms would wait for it each. */
  readonly #service: ServiceState;
  /** Whether that is told. */
  #hasToldSilence = false;

  constructor(options: ActionsCacheOptions) {
    this.#options = options;
    this.#service = options.service ?? { isSilent: false };
  }

  async get(key: SnapshotKey, ancestors: readonly string[] = []): Promise<StoredSnapshot | null> {
    const access = cacheAccess(this.#options.env, 'read');
    if ('unavailable' in access) return this.#unavailable(access.unavailable);
    if (this.#service.isSilent) {
      if (!this.#hasToldSilence) this.#unavailable('It did not answer before.');
      this.#hasToldSilence = true;
      return null;
    }
    const signal = AbortSignal.timeout(this.#options.readMs ?? MAX_WAIT_MS);
    try {
      const exact = await this.#read(access.service, key, signal);
      if (exact !== null) return { snapshot: exact, match: 'exact', commit: key.commit };
      // One by one: with all keys in one request the service prefers a branch over a nearer commit.
      for (const commit of ancestors.slice(0, MAX_ANCESTORS)) {
        const snapshot = await this.#read(access.service, { ...key, commit }, signal);
        if (snapshot !== null) return { snapshot, match: 'ancestor', commit };
      }
      return null;
    } catch (error) {
      this.#hasToldSilence = error instanceof NoAnswer;
      this.#service.isSilent ||= this.#hasToldSilence;
      return this.#unavailable(sentenceOf(error));
    }
  }

  put(key: SnapshotKey, snapshot: Snapshot): Promise<void> {
    const turn = this.#writing.then(() => this.#write(key, snapshot));
    this.#writing = turn;
    return turn;
  }

  /** @throws DeadweightError when the service does not answer; a bad entry is a notice. */
  async #read(service: CacheService, key: SnapshotKey, signal: AbortSignal): Promise<Snapshot | null> {
    const name = nameSnapshot(key);
    const url = await this.#find(service, name, signal);
    if (url === null) return null;
    const { firstWaitMs } = this.#options;
    try {
      const request = { method: 'GET', url, maxBytes: MAX_ARCHIVE_BYTES, signal } as const;
      const { status, body } = await boundedRequest(request, firstWaitMs);
      if (status !== 200) throw downloadFailed(status);
      return readStoredText(await readOnlyText(body, MAX_STORED_TEXT), key);
    } catch (error) {
      if (error instanceof DeadweightError && error.code === 'github-request-failed') throw error;
      this.#notice('snapshot-refused', `${sentenceOf(error)} (Entry ${name}.)`);
      return null;
    }
  }

  /** Under whichever version it is: the machine that wrote it may have had no zstd. */
  async #find(service: CacheService, key: string, signal: AbortSignal): Promise<string | null> {
    const firstWaitMs = this.#options.firstWaitMs ?? 1000;
    const lookups = CACHED_VERSIONS.map(version =>
      findCacheEntry(service, { key, version, signal, firstWaitMs }),
    );
    return (await Promise.all(lookups)).find(url => url !== null) ?? null;
  }

  async #write(key: SnapshotKey, snapshot: Snapshot): Promise<void> {
    const { env, homeDir, log } = this.#options;
    const access = cacheAccess(env, 'write');
    if ('unavailable' in access) return this.#notWritten(access.unavailable);
    if (isReadOnly(access.service)) {
      return this.#notWritten(
        'The token of this run may only read it. Let a workflow on `push` to the base branch write the snapshots.',
      );
    }
    if (this.#service.isSilent) return this.#notWritten('It did not answer before.');
    try {
      const text = writeStoredText(key, snapshot);
      if (Buffer.byteLength(text) > MAX_STORED_TEXT) return this.#notWritten('The snapshot is too large.');
      const signal = AbortSignal.timeout(this.#options.writeMs ?? MAX_WAIT_MS);
      const name = nameSnapshot(key);
      // A large package: only a run that stores something loads it.
      const { saveCache } = await import('@actions/cache');
      const id = await log.group(`Storing ${name} in the Actions cache`, () =>
        withCachedFile(homeDir, text, signal, () =>
          untilAborted(saveCache([CACHED_PATH], name, {}, true), signal),
        ),
      );
      if (id < 0) await this.#explain(access.service, name, signal);
    } catch (error) {
      this.#service.isSilent ||= error instanceof NoAnswer;
      this.#notWritten(sentenceOf(error));
    }
  }

  /** The client says that it failed, and not why: an entry that is there was the reason, anything else is in the log. */
  async #explain(service: CacheService, name: string, signal: AbortSignal): Promise<void> {
    if ((await this.#find(service, name, signal)) !== null) {
      this.#options.log.info('The snapshot was there already.');
      return;
    }
    this.#notWritten(
      'The cache service refused it; the log of this step has its answer. The next run on this commit tries again.',
    );
  }

  #unavailable(why: string): null {
    this.#notice('cache-unavailable', `Snapshots could not be read from the Actions cache. ${why}`);
    return null;
  }

  #notWritten(why: string): void {
    this.#notice('cache-not-written', `The snapshot was not stored in the Actions cache. ${why}`);
  }

  /** Once: several platforms meet the same trouble. */
  #notice(code: NoticeCode, message: string): void {
    if (this.#noticed.has(message)) return;
    this.#noticed.add(message);
    this.#options.notice({ code, message });
  }
}

/** Whether a job's token permits no writing at all. */
export function isReadOnly({ token }: CacheService): boolean {
  return cacheScopes(token)?.every(scope => !scope.canWrite) ?? false;
}

/** The client cannot be stopped: it is left behind, and the entry ends the process when all else is done. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void =>
      reject(
        new NoAnswer('github-request-failed', {
          message: 'The cache service did not take the entry in time.',
          remedy: 'Run the job again, or let the next run on this commit store it.',
        }),
      );
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function downloadFailed(status: number): DeadweightError {
  return new DeadweightError('github-request-failed', {
    message: `The storage of the Actions cache answered with ${status}.`,
    remedy: 'Run the job again.',
  });
}
