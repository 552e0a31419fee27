import { Buffer } from 'node:buffer';
import { z } from 'zod';
import type { DeadweightError } from '../../base/errors.ts';
import { lazy } from '../../base/lazy.ts';
import { parseJson } from '../../oci/parse-json.ts';
import type { Credentials } from './credentials.ts';
import { registryRefused, registryUnreachable, tokensUnreachable } from './registry-errors.ts';
import { type RegistryLimits, readPacedBody } from './registry-limits.ts';
import type { RegistryTransport } from './registry-transport.ts';
import { allowedUrl } from './registry-url.ts';

/** What a registry asks for before it answers. */
type Challenge =
  | { readonly scheme: 'basic' }
  | {
      readonly scheme: 'bearer';
      /** Where tokens are given out. */
      readonly realm: string;
      readonly service: string | null;
    };

/** A scheme, or a parameter: `Bearer`, `realm="https://…"`, `realm=x`. */
const PART = /[\s,]*([A-Za-z][\w-]*)(=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/y;

/**
 * Reads a `WWW-Authenticate` header; of several challenges the one for a token wins. Null when none is understood.
 * https://distribution.github.io/distribution/spec/auth/token/
 */
export function parseChallenge(header: string | undefined): Challenge | null {
  const challenges = parseChallenges(header ?? '');
  const parameters = challenges.get('bearer');
  const realm = parameters?.get('realm');
  if (parameters && realm) {
    return { scheme: 'bearer', realm, service: parameters.get('service') ?? null };
  }
  return challenges.has('basic') ? { scheme: 'basic' } : null;
}

/** Parameters by scheme, all in lower case. What follows something that is no challenge is not read. */
function parseChallenges(header: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const challenges = new Map<string, Map<string, string>>();
  let parameters = new Map<string, string>();
  PART.lastIndex = 0;
  for (let part = PART.exec(header); part; part = PART.exec(header)) {
    const [, name = '', assigned, quoted, bare] = part;
    if (assigned === undefined) {
      parameters = new Map();
      challenges.set(name.toLowerCase(), parameters);
    } else {
      parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');
    }
  }
  return challenges;
}

/** Who asks, of whom, for what. */
interface AuthorityRequest {
  readonly registry: string;
  /** What the token is to permit: `repository:owner/app:pull`. */
  readonly scopes: readonly string[];
  /** Address of the registry, which the challenge came from. */
  readonly home: URL;
  readonly credentials: Credentials | null;
  readonly limits: RegistryLimits;
  /** The error where no token is given. */
  readonly tokenRefused: (registry: string, hasCredentials: boolean) => DeadweightError;
}

const answerSchema = lazy(() =>
  z.object({ token: z.string().nullish(), access_token: z.string().nullish() }),
);

/** What a header may carry; registries give out some kilobytes. */
const TOKEN = /^[\x21-\x7e]{1,65536}$/;

/**
 * The `Authorization` that answers a challenge; null when there is nothing to answer with.
 * @throws DeadweightError `registry-unreachable`, that of the request where no token is given
 */
export async function authorize(
  challenge: Challenge,
  request: AuthorityRequest,
  transport: RegistryTransport,
): Promise<string | null> {
  const { credentials, registry, limits, tokenRefused } = request;
  if (challenge.scheme === 'basic') {
    return credentials?.kind === 'password' ? basic(credentials.username, credentials.password) : null;
  }
  if (credentials?.kind === 'registry-token') {
    if (TOKEN.test(credentials.token)) return `Bearer ${credentials.token}`;
    throw tokenRefused(registry, true);
  }
  const asked = tokenRequest(challenge, request, credentials);
  const { body, status } = await fetchToken(asked, transport, limits).catch((error: unknown) => {
    throw tokensUnreachable(registry, asked[0].host, error);
  });
  if (status === 400 || status === 401 || status === 403) throw tokenRefused(registry, credentials !== null);
  if (status !== 200) {
    throw registryRefused({ registry, what: 'a token', status, reason: '', wait: null });
  }
  const { token, access_token: accessToken } = parseJson(body, answerSchema(), `The token of ${registry}`);
  const value = token || accessToken || '';
  if (!TOKEN.test(value)) throw registryUnreachable(registry, new Error('it gives out an invalid token'));
  return `Bearer ${value}`;
}

async function fetchToken(
  request: Parameters<RegistryTransport['send']>,
  transport: RegistryTransport,
  limits: RegistryLimits,
): Promise<{ readonly body: Uint8Array; readonly status: number }> {
  const { message, status } = await transport.send(...request);
  return { body: await readPacedBody(message, limits), status };
}

/** https://distribution.github.io/distribution/spec/auth/token/ and https://distribution.github.io/distribution/spec/auth/oauth/ */
function tokenRequest(
  challenge: Extract<Challenge, { scheme: 'bearer' }>,
  { registry, scopes, home }: AuthorityRequest,
  credentials: Exclude<Credentials, { kind: 'registry-token' }> | null,
): Parameters<RegistryTransport['send']> {
  const url = allowedUrl(challenge.realm, home);
  // Credentials go there.
  if (!url) throw registryUnreachable(registry, new Error('its address for tokens is not safe'));
  // Never more than is needed, whatever scope the challenge has; docker does not look at it either.
  const scope = scopes.join(' ');
  const service = challenge.service ?? '';
  if (credentials?.kind === 'identity-token') {
    const form = { grant_type: 'refresh_token', client_id: 'deadweight', service, scope };
    const body = new URLSearchParams({ ...form, refresh_token: credentials.token });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return [url, { headers, form: body.toString() }];
  }
  if (service !== '') url.searchParams.set('service', service);
  url.searchParams.delete('scope');
  for (const each of scopes) url.searchParams.append('scope', each);
  if (!credentials) return [url, { headers: {} }];
  url.searchParams.set('account', credentials.username);
  return [url, { headers: { authorization: basic(credentials.username, credentials.password) } }];
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
