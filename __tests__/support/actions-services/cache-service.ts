import { z } from 'zod';
import type { BlobStore } from './blob-store.ts';
import { jsonAnswer, type ServiceAnswer } from './exchange.ts';
import type { TokenGrant } from './runtime-token.ts';
import { type TwirpMethod, twirpError, twirpMethod } from './twirp.ts';

export interface CacheEntry {
  readonly id: number;
  readonly scope: string;
  readonly key: string;
  readonly version: string;
  /** Name of its blob. */
  readonly blob: string;
  /** Bytes; null until the upload is finalized. */
  size: number | null;
}

const SERVICE = 'github.actions.results.api.v1.CacheService';
const MAX_KEYS = 10;

const key = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[^,]*$/);
const version = z.string().min(1).max(512);
const metadata = z.strictObject({
  repository_id: z.string().optional(),
  scope: z.array(z.unknown()).optional(),
});
const int64 = z.string().regex(/^\d+$/);

const createRequest = z.strictObject({ metadata: metadata.optional(), key, version });
const finalizeRequest = z.strictObject({ metadata: metadata.optional(), key, version, size_bytes: int64 });
const lookupRequest = z.strictObject({
  metadata: metadata.optional(),
  key,
  version,
  restore_keys: z.array(key).optional(),
});

/** The v2 cache service: entries are immutable, and scoped to refs that the token names. */
export class FakeCacheService {
  /** In the order they were reserved. */
  readonly entries: CacheEntry[] = [];
  readonly #blobs: BlobStore;
  readonly #origin: () => string;

  constructor(blobs: BlobStore, origin: () => string) {
    this.#blobs = blobs;
    this.#origin = origin;
  }

  get methods(): Readonly<Record<string, TwirpMethod>> {
    return {
      [`${SERVICE}/CreateCacheEntry`]: twirpMethod(createRequest, (body, grant) => this.#create(body, grant)),
      [`${SERVICE}/FinalizeCacheEntryUpload`]: twirpMethod(finalizeRequest, (body, grant) =>
        this.#finalize(body, grant),
      ),
      [`${SERVICE}/GetCacheEntryDownloadURL`]: twirpMethod(lookupRequest, (body, grant) =>
        this.#lookup(body, grant),
      ),
    };
  }

  /** Puts an entry there as if a job of that scope had saved it, whatever its bytes are. */
  seed(scope: string, entryKey: string, entryVersion: string, archive: Buffer): void {
    const entry = this.#reserve(scope, entryKey, entryVersion);
    this.#blobs.write(entry.blob, archive);
    entry.size = archive.length;
  }

  archiveOf(entry: CacheEntry): Buffer | null {
    return this.#blobs.read(entry.blob);
  }

  #create(request: z.infer<typeof createRequest>, grant: TokenGrant): ServiceAnswer {
    const scope = writableScope(grant);
    if (scope === null) {
      return jsonAnswer(200, { ok: false, message: 'cache write denied: token has no writable scopes' });
    }
    if (this.#find(scope, request.key, request.version)) {
      return twirpError('already_exists', 'cache entry with the same key, version, and scope already exists');
    }
    const { blob } = this.#reserve(scope, request.key, request.version);
    return jsonAnswer(200, {
      ok: true,
      signed_upload_url: this.#blobs.signedUrl(this.#origin(), blob, 'cw'),
    });
  }

  #finalize(request: z.infer<typeof finalizeRequest>, grant: TokenGrant): ServiceAnswer {
    const entry = this.#find(writableScope(grant) ?? '', request.key, request.version);
    if (entry === null || entry.size !== null) return twirpError('not_found', 'cache entry not found');
    const archive = this.#blobs.read(entry.blob);
    if (archive === null || String(archive.length) !== request.size_bytes) {
      return jsonAnswer(200, { ok: false, message: 'the uploaded size does not match size_bytes' });
    }
    entry.size = archive.length;
    return jsonAnswer(200, { ok: true, entry_id: String(entry.id) });
  }

  #lookup(request: z.infer<typeof lookupRequest>, grant: TokenGrant): ServiceAnswer {
    const keys = [request.key, ...(request.restore_keys ?? [])];
    if (keys.length > MAX_KEYS) return twirpError('invalid_argument', `more than ${MAX_KEYS} keys`);
    const scopes = grant.scopes.filter(scope => scope.permission !== 'write');
    if (scopes.length === 0) {
      return twirpError('permission_denied', 'cache read denied: token has no readable scopes');
    }
    for (const { ref } of scopes) {
      const entry = this.#match(ref, request.version, keys);
      if (entry === null) continue;
      const url = this.#blobs.signedUrl(this.#origin(), entry.blob, 'r');
      return jsonAnswer(200, { ok: true, signed_download_url: url, matched_key: entry.key });
    }
    return jsonAnswer(200, { ok: false, signed_download_url: '', matched_key: '' });
  }

  /** The whole key first, then every key as a prefix, in their order, the newest entry of each. */
  #match(scope: string, entryVersion: string, keys: readonly string[]): CacheEntry | null {
    const there = this.entries
      .filter(entry => entry.size !== null && entry.scope === scope && entry.version === entryVersion)
      .toReversed();
    const exact = there.find(entry => entry.key === keys[0]);
    const prefixed = keys.map(prefix => there.find(entry => entry.key.startsWith(prefix)));
    return exact ?? prefixed.find(entry => entry !== undefined) ?? null;
  }

  #find(scope: string, entryKey: string, entryVersion: string): CacheEntry | null {
    const same = (entry: CacheEntry): boolean =>
      entry.scope === scope && entry.key === entryKey && entry.version === entryVersion;
    return this.entries.find(same) ?? null;
  }

  #reserve(scope: string, entryKey: string, entryVersion: string): CacheEntry {
    const id = this.entries.length + 1;
    const entry = { id, scope, key: entryKey, version: entryVersion, blob: `cache/${id}`, size: null };
    this.entries.push(entry);
    return entry;
  }
}

function writableScope(grant: TokenGrant): string | null {
  return grant.scopes.find(scope => scope.permission !== 'read')?.ref ?? null;
}
