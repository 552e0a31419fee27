import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { parseJson } from '../../oci/parse-json.ts';
import { bodyOf } from '../message-body.ts';
import type { Challenge } from './challenge.ts';
import type { Credentials } from './credentials.ts';
import { registryFailure } from './registry-errors.ts';
import { isPlain, type RegistryTransport } from './registry-transport.ts';

const answerSchema = z.object({ token: z.string().nullish(), access_token: z.string().nullish() });

/**
 * The `Authorization` that answers a challenge; null when there is nothing to answer with.
 * @throws DeadweightError `permission-denied`, `registry-unreachable`
 */
export async function authorize(
  challenge: Challenge,
  credentials: Credentials | null,
  transport: RegistryTransport,
  registry: string,
  repository: string,
): Promise<string | null> {
  if (challenge.scheme === 'basic') {
    return credentials?.kind === 'password' ? basic(credentials.username, credentials.password) : null;
  }
  const url = URL.canParse(challenge.realm) ? new URL(challenge.realm) : null;
  // Credentials go there: never in the clear over a network.
  if (!url || (url.protocol !== 'https:' && !isPlain(url))) {
    throw registryFailure(registry, 'a token', 0, 'the address for tokens is not safe');
  }
  const scope = challenge.scope ?? `repository:${repository}:pull`;
  const service = challenge.service ?? '';
  const answer =
    credentials?.kind === 'identity-token'
      ? await transport.send(url, tokenForm(credentials.token, service, scope))
      : await transport.send(withQuery(url, service, scope), {
          headers: credentials ? { authorization: basic(credentials.username, credentials.password) } : {},
        });
  const body = await bodyOf(answer);
  if (answer.statusCode !== 200) throw registryFailure(registry, 'a token', answer.statusCode ?? 0, '');
  const { token, access_token: accessToken } = parseJson(body, answerSchema, `The token of ${registry}`);
  const value = token || accessToken;
  return value ? `Bearer ${value}` : null;
}

function withQuery(url: URL, service: string, scope: string): URL {
  const full = new URL(url);
  if (service !== '') full.searchParams.set('service', service);
  // A scope of several is several parameters.
  for (const part of scope.split(' ')) full.searchParams.append('scope', part);
  return full;
}

/** https://distribution.github.io/distribution/spec/auth/oauth/ */
function tokenForm(refreshToken: string, service: string, scope: string) {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: 'deadweight',
    refresh_token: refreshToken,
    service,
    scope,
  });
  return { headers: { 'content-type': 'application/x-www-form-urlencoded' }, form: form.toString() };
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
