import { isLoopback } from './proxy.ts';
import { invalidRegistry } from './registry-errors.ts';

const DOCKER_HUB = 'docker.io';

/**
 * The address of a registry's API, with TLS: `https://ghcr.io/v2/`.
 * @throws DeadweightError `reference-invalid`
 */
export function registryUrl(registry: string): URL {
  const text = `https://${registry === DOCKER_HUB ? 'registry-1.docker.io' : registry}/v2/`;
  if (!URL.canParse(text)) throw invalidRegistry(registry);
  return new URL(text);
}

/** The same address without TLS: where no port was written, it is that of clear text. */
export function withoutTls(url: URL): URL {
  return new URL(`http://${url.host}${url.pathname}`);
}

/**
 * Where a registry may send us, for tokens or by a redirect: anywhere with TLS. Without it only from loopback to loopback,
 * or to the host that is spoken to without it: nothing more travels in the clear.
 * @returns null when it may not
 */
export function allowedUrl(text: string, from: URL): URL | null {
  const url = URL.parse(text, from.href);
  if (url === null) return null;
  // Node would make an Authorization of them.
  url.username = '';
  url.password = '';
  if (url.protocol === 'https:') return url;
  if (url.protocol !== 'http:') return null;
  const staysHere = isLoopback(url.hostname) && isLoopback(from.hostname);
  return staysHere || (from.protocol === 'http:' && url.hostname === from.hostname) ? url : null;
}
