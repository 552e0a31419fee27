import { z } from 'zod';

/** A cache scope (a git ref) that a job's token names, and what it may do there. */
export interface CacheScope {
  readonly ref: string;
  readonly canRead: boolean;
  readonly canWrite: boolean;
}

/** Bits of `Permission` in the claim, as BuildKit's own client of this service reads them. */
const READ = 1;
const WRITE = 2;

const claims = z.object({ ac: z.string() });
const scopes = z.array(z.object({ Scope: z.string(), Permission: z.int().min(0) }));

/**
 * Reads the claim `ac` of ACTIONS_RUNTIME_TOKEN: JSON in JSON. The signature is the service's business; this only
 * tells beforehand what the service would refuse.
 * @returns null when the token does not tell
 */
export function cacheScopes(token: string): readonly CacheScope[] | null {
  const payload = token.split('.')[1];
  if (payload === undefined) return null;
  try {
    const { ac } = claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    return scopes.parse(JSON.parse(ac)).map(({ Scope, Permission }) => ({
      ref: Scope,
      canRead: (Permission & READ) !== 0,
      canWrite: (Permission & WRITE) !== 0,
    }));
  } catch {
    return null;
  }
}
