import { z } from 'zod';
import { DeadweightError } from '../../base/errors.ts';
import { parseBoundedJson } from '../../base/json-shape.ts';
import { lazy } from '../../base/lazy.ts';
import { boundedRequest } from '../bounded-request.ts';

/** The v2 cache service as a job's environment names it. */
export interface CacheService {
  /** ACTIONS_RESULTS_URL. */
  readonly url: string;
  /** ACTIONS_RUNTIME_TOKEN. */
  readonly token: string;
}

/** What the users of the service in one process know of it. */
export interface ServiceState {
  /** Nobody answered in time: who asks next need not wait for it again. */
  isSilent: boolean;
}

type CacheAccess = { readonly service: CacheService } | { readonly unavailable: string };

type Env = Readonly<Record<string, string | undefined>>;

/** Values of ACTIONS_CACHE_MODE that forbid something; others are as good as none. */
const FORBIDS: Readonly<Record<'read' | 'write', readonly string[]>> = {
  read: ['none', 'write-only'],
  write: ['none', 'read'],
};

/** Finds the service, or says in a sentence or two why there is none. */
export function cacheAccess(env: Env, purpose: 'read' | 'write'): CacheAccess {
  const url = env['ACTIONS_RESULTS_URL'];
  const token = env['ACTIONS_RUNTIME_TOKEN'];
  if (!url || !token || !URL.canParse(url)) {
    return {
      unavailable:
        'This step has no access to the Actions cache. The runner gives it to actions only: use the Action, not a `run` step.',
    };
  }
  if (!env['ACTIONS_CACHE_SERVICE_V2'] || isEnterpriseServer(env)) {
    return { unavailable: 'This GitHub server has no cache service of version 2. Use another `baseline`.' };
  }
  const mode = env['ACTIONS_CACHE_MODE']?.trim().toLowerCase() ?? '';
  if (FORBIDS[purpose].includes(mode)) {
    return { unavailable: `The cache mode of this run, ${mode}, does not permit it to ${purpose}.` };
  }
  return { service: { url, token } };
}

/** As @actions/cache tells it: GitHub Enterprise Server has the old service only. */
function isEnterpriseServer(env: Env): boolean {
  const server = env['GITHUB_SERVER_URL'] || 'https://github.com';
  const host = URL.canParse(server) ? new URL(server).hostname.toLowerCase() : '';
  return host !== 'github.com' && !host.endsWith('.ghe.com') && !host.endsWith('.localhost');
}

// Defaults: proto3 JSON may leave fields out that hold their zero value.
const found = lazy(() =>
  z.object({
    ok: z.boolean().default(false),
    signed_download_url: z.string().default(''),
    matched_key: z.string().default(''),
  }),
);
const twirpError = lazy(() => z.object({ msg: z.string() }));

const MAX_ANSWER_BYTES = 256 * 1024;

interface CacheLookup {
  /** Of the entry, or what its key begins with. */
  readonly key: string;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly firstWaitMs?: number;
}

/**
 * Asks for an entry by its whole key. (Prefixes match too on this service; an entry that only starts so is none.)
 * @returns the signed URL of its archive, or null
 * @throws DeadweightError `github-request-failed`
 */
export async function findCacheEntry(service: CacheService, lookup: CacheLookup): Promise<string | null> {
  const entry = await lookUp(service, lookup);
  return entry?.key === lookup.key ? entry.url : null;
}

/** An entry of the cache, and the signed URL of its archive. */
export interface FoundEntry {
  readonly key: string;
  readonly url: string;
}

/**
 * Asks for the newest entry whose key begins so: of the job's own ref, else of its base, else of the default branch.
 * @throws DeadweightError `github-request-failed`
 */
export async function findNewestEntry(
  service: CacheService,
  lookup: CacheLookup,
): Promise<FoundEntry | null> {
  const entry = await lookUp(service, lookup, [lookup.key]);
  return entry?.key.startsWith(lookup.key) ? entry : null;
}

async function lookUp(
  service: CacheService,
  lookup: CacheLookup,
  prefixes: readonly string[] = [],
): Promise<FoundEntry | null> {
  const { key, version, signal } = lookup;
  const path = '/twirp/github.actions.results.api.v1.CacheService/GetCacheEntryDownloadURL';
  const request = {
    method: 'POST',
    url: new URL(path, service.url).href,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${service.token}` },
    body: JSON.stringify({ key, version, ...(prefixes.length > 0 && { restore_keys: prefixes }) }),
    maxBytes: MAX_ANSWER_BYTES,
    signal,
  } as const;
  const { status, body } = await boundedRequest(request, lookup.firstWaitMs);
  const answer = parseAnswer(body.toString('utf8'));
  if (status !== 200) throw refusal(status, answer);
  const parsed = found().safeParse(answer);
  if (!parsed.success) throw refusal(status, null);
  const { ok, matched_key: matched, signed_download_url: url } = parsed.data;
  return ok && URL.canParse(url) ? { key: matched, url } : null;
}

function parseAnswer(text: string): unknown {
  try {
    return parseBoundedJson(text);
  } catch {
    return null;
  }
}

function refusal(status: number, answer: unknown): DeadweightError {
  const parsed = twirpError().safeParse(answer);
  const reason = parsed.success ? `: ${parsed.data.msg.slice(0, 300)}` : '';
  return new DeadweightError('github-request-failed', {
    message: `The Actions cache answered a lookup with ${status}${reason}.`,
    remedy:
      status === 429
        ? 'Run the job again later: the service limits the requests of a repository.'
        : 'Run the job again; if the error lasts, check githubstatus.com.',
  });
}

/** A cache scope (a git ref) that a job's token names, and what it may do there. */
interface CacheScope {
  readonly ref: string;
  readonly canRead: boolean;
  readonly canWrite: boolean;
}

/** Bits of `Permission` in the claim, as BuildKit's own client of this service reads them. */
const READ = 1;
const WRITE = 2;

const claims = lazy(() => z.object({ ac: z.string() }));
const scopes = lazy(() => z.array(z.object({ Scope: z.string(), Permission: z.int().min(0) })));

/**
 * Reads the claim `ac` of ACTIONS_RUNTIME_TOKEN: JSON in JSON. The signature is the service's business; this only
 * tells beforehand what the service would refuse.
 * @returns null when the token does not tell
 */
export function cacheScopes(token: string): readonly CacheScope[] | null {
  const payload = token.split('.')[1];
  if (payload === undefined) return null;
  try {
    const { ac } = claims().parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    return scopes()
      .parse(JSON.parse(ac))
      .map(({ Scope, Permission }) => ({
        ref: Scope,
        canRead: (Permission & READ) !== 0,
        canWrite: (Permission & WRITE) !== 0,
      }));
  } catch {
    return null;
  }
}
