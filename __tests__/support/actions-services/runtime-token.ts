import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** What a job's token allows: its cache scopes in the order they are searched, and whose artifacts it may touch. */
export interface TokenGrant {
  readonly scopes: readonly TokenScope[];
  readonly runBackendId: string;
  readonly jobBackendId: string;
}

export interface TokenScope {
  readonly ref: string;
  readonly permission: 'read' | 'write' | 'read-write';
}

const BITS = { read: 1, write: 2, 'read-write': 3 } as const;
const SECRET = 'the secret of a loopback server';

/** A token as the runner gets it: a JWT with the claims `ac` (JSON in JSON) and `scp`. */
export function runtimeToken(grant: TokenGrant, expiresInSeconds = 3600): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'https://token.actions.githubusercontent.com',
    nbf: now - 60,
    exp: now + expiresInSeconds,
    ac: JSON.stringify(
      grant.scopes.map(({ ref, permission }) => ({ Scope: ref, Permission: BITS[permission] })),
    ),
    scp: `Actions.GenericRead:00000000 Actions.Results:${grant.runBackendId}:${grant.jobBackendId}`,
  };
  const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${unsigned}.${sign(unsigned)}`;
}

/** Scopes of a job on a branch: it reads and writes its own, and reads the default branch. */
export function branchScopes(branch: string, defaultBranch = 'main'): readonly TokenScope[] {
  const own: TokenScope = { ref: `refs/heads/${branch}`, permission: 'read-write' };
  return branch === defaultBranch ? [own] : [own, { ref: `refs/heads/${defaultBranch}`, permission: 'read' }];
}

/** Scopes of a pull request: it writes its own merge ref only, and reads its base and the default branch. */
export function pullRequestScopes(
  number: number,
  base = 'main',
  defaultBranch = 'main',
): readonly TokenScope[] {
  const bases = [...new Set([base, defaultBranch])];
  return [
    { ref: `refs/pull/${number}/merge`, permission: 'read-write' },
    ...bases.map((ref): TokenScope => ({ ref: `refs/heads/${ref}`, permission: 'read' })),
  ];
}

const claims = z.object({ exp: z.number(), ac: z.string(), scp: z.string() });
const cacheScopes = z.array(z.object({ Scope: z.string(), Permission: z.int() }));

/** @returns null for a token that this server did not make, or that has expired */
export function readToken(token: string): TokenGrant | null {
  const [header, payload, signature] = token.split('.');
  if (header === undefined || payload === undefined || signature === undefined) return null;
  const expected = Buffer.from(sign(`${header}.${payload}`));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const { exp, ac, scp } = claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  if (exp * 1000 < Date.now()) return null;
  const [, runBackendId, jobBackendId] = /Actions\.Results:([^:\s]+):([^:\s]+)/.exec(scp) ?? [];
  if (runBackendId === undefined || jobBackendId === undefined) return null;
  const scopes = cacheScopes.parse(JSON.parse(ac)).map(({ Scope, Permission }): TokenScope => {
    const permission = Permission === 3 ? 'read-write' : Permission === 2 ? 'write' : 'read';
    return { ref: Scope, permission };
  });
  return { scopes, runBackendId, jobBackendId };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function sign(text: string): string {
  return createHmac('sha256', SECRET).update(text).digest('base64url');
}
