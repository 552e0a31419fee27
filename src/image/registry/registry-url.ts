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

/**
 * Where an upload goes on. It may be anywhere with TLS, as redirects may lead there; where a registry behind a proxy names
 * itself without TLS, its own address with TLS is meant.
 * @param location as the registry says it: an address, or a part of one
 * @param from the address that said it
 * @param home address of the registry
 * @throws Error when there is none, or it is not safe
 */
export function uploadUrl(location: string | undefined, from: URL, home: URL): URL {
  if (!location) throw new Error('it does not say where to upload to');
  const url = URL.parse(location, from.href);
  if (url?.protocol === 'http:' && home.protocol === 'https:' && url.host === home.host)
    url.protocol = 'https:';
  const allowed = url && allowedUrl(url.href, from);
  if (!allowed) throw new Error('its address for uploads is not safe');
  return allowed;
}
