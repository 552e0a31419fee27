import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../base/digest.ts';
import type { Log } from '../../base/effects.ts';
import { messageOf, sentenceOf } from '../../base/errors.ts';
import { readInputFile } from '../../base/input-file.ts';
import { type BundledScan, bundleScans, unbundleScans } from '../../layer/scan-bundle.ts';
import { writeScanFile } from '../../layer/scan-files.ts';
import { forwardScans, type ScanStore } from '../../layer/scan-store.ts';
import { scanFileName, scanKey } from '../../layer/stored-scan.ts';
import { boundedRequest, NoAnswer } from '../bounded-request.ts';
import { isReadOnly, untilAborted } from './actions-cache-store.ts';
import { readOnlyFile } from './cache-archive.ts';
import { type CacheService, cacheAccess, findNewestEntry, type ServiceState } from './cache-service.ts';
import { CACHED_PATH, CACHED_VERSIONS, withCachedFile } from './cached-file.ts';

/** Bytes of an entry's archive, and of what it unpacks to: of a repository's ten gigabytes little is ours. */
const MAX_ARCHIVE_BYTES = 32 * 1024 * 1024;
const MAX_BUNDLE_BYTES = 64 * 1024 * 1024;
/** Milliseconds that reading may cost a run, beside its build, and writing. */
const MAX_WAIT_MS = 10_000;

interface ScanCacheOptions {
  /** The job's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly log: Log;
  /** Of the store whose files travel. */
  readonly directory: string;
  /** Shared with others that ask the same service. */
  readonly service: ServiceState;
  /** What the scans are used for: the next run of the same finds them. */
  readonly name: string;
  readonly waitMs?: number;
  readonly firstWaitMs?: number;
}

/**
 * Scans of layers that travel in the Actions cache, from a run on a branch to those that come after it: those alone whose
 * bytes were hashed. Each run gets what the newest before it has used, in one entry. What a pull request's own jobs may
 * write there only they can read, as GitHub has it; a run for one writes nothing. Where anything fails the layers are read.
 */
export class ActionsScanCache {
  readonly #options: ScanCacheOptions;
  readonly #restored = new Set<string>();
  /** Names of the files that this run had a use for, in the order of that. */
  readonly #used = new Set<string>();
  #restoring: Promise<void> = Promise.resolve();

  constructor(options: ScanCacheOptions) {
    this.#options = options;
  }

  /** Begins to fetch what there is. */
  restore(): void {
    const { log, service } = this.#options;
    this.#restoring = this.#restore().catch((error: unknown) => {
      service.isSilent ||= error instanceof NoAnswer;
      log.debug(`No scans came from the Actions cache: ${messageOf(error)}`);
    });
  }

  /** The store, with what comes from the cache: its scans are waited for where the store has none. */
  over(store: ScanStore): ScanStore {
    return {
      ...forwardScans(store),
      get: async (diffId, collectors) => {
        const here = await store.get(diffId, collectors);
        if (here === null) await this.#restoring;
        const scan = here ?? (await store.get(diffId, collectors));
        if (scan !== null) this.#used.add(scanFileName(scanKey(diffId, collectors), '.scan'));
        return scan;
      },
      put: async (scan, collectors) => {
        await store.put(scan, collectors);
        if (scan.verified) this.#used.add(scanFileName(scanKey(scan.diffId, collectors), '.scan'));
      },
    };
  }

  /** Stores what this run has used, where some of it is new. */
  async save(): Promise<void> {
    const { env, homeDir, log, service, waitMs = MAX_WAIT_MS } = this.#options;
    const access = cacheAccess(env, 'write');
    if (service.isSilent || 'unavailable' in access || isReadOnly(access.service)) return;
    const scans = this.#collect();
    if (scans.every(({ name }) => this.#restored.has(name))) return;
    const names = scans.map(({ name }) => name).sort();
    const key = this.#prefix + sha256(names.join(' ')).slice('sha256:'.length);
    try {
      const signal = AbortSignal.timeout(waitMs);
      const { saveCache } = await import('@actions/cache');
      await log.group('Storing scans of layers in the Actions cache', () =>
        withCachedFile(homeDir, bundleScans(scans), signal, () =>
          untilAborted(saveCache([CACHED_PATH], key, {}, true), signal),
        ),
      );
    } catch (error) {
      log.info(`The scans were not stored: ${sentenceOf(error)}`);
    }
  }

  get #prefix(): string {
    return `deadweight-scans-${sha256(this.#options.name).slice('sha256:'.length, 'sha256:'.length + 32)}-`;
  }

  async #restore(): Promise<void> {
    const { env, directory, firstWaitMs, waitMs = MAX_WAIT_MS } = this.#options;
    const access = cacheAccess(env, 'read');
    if ('unavailable' in access) return;
    const signal = AbortSignal.timeout(waitMs);
    const url = await this.#find(access.service, signal);
    if (url === null) return;
    const request = { method: 'GET', url, maxBytes: MAX_ARCHIVE_BYTES, signal } as const;
    const { status, body } = await boundedRequest(request, firstWaitMs);
    if (status !== 200) throw new Error(`its storage answered with ${status}`);
    const scans = unbundleScans(await readOnlyFile(body, MAX_BUNDLE_BYTES));
    if (scans === null) throw new Error('the entry holds no scans');
    for (const { name, bytes } of scans) {
      const path = join(directory, name);
      // What a step of this job has read itself is as good.
      if (!existsSync(path)) await writeScanFile(path, bytes);
      this.#restored.add(name);
    }
  }

  /** Under whichever version it is: the machine that wrote it may have had no zstd. */
  async #find(service: CacheService, signal: AbortSignal): Promise<string | null> {
    const firstWaitMs = this.#options.firstWaitMs ?? 1000;
    const lookups = CACHED_VERSIONS.map(version =>
      findNewestEntry(service, { key: this.#prefix, version, signal, firstWaitMs }),
    );
    return (await Promise.all(lookups)).find(entry => entry !== null)?.url ?? null;
  }

  /** As many as fit. */
  #collect(): readonly BundledScan[] {
    const scans: BundledScan[] = [];
    let left = MAX_BUNDLE_BYTES - 1024 * 1024;
    for (const name of this.#used) {
      const path = join(this.#options.directory, name);
      // The store may have had no room for it.
      if (!existsSync(path)) continue;
      const bytes = readInputFile(path, { maxBytes: MAX_BUNDLE_BYTES, followsLink: false });
      if (bytes.length > left) continue;
      left -= bytes.length;
      scans.push({ name, bytes });
    }
    return scans;
  }
}
