import { invalidRegistry } from './registry-errors.ts';

const DOCKER_HUB = 'docker.io';

/**
 * The address of a registry's API: `https://ghcr.io/v2/`. Registries of this machine speak plain HTTP, as Docker has it.
 * @throws DeadweightError `reference-invalid`
 */
export function registryUrl(registry: string): URL {
  const host = registry === DOCKER_HUB ? 'registry-1.docker.io' : registry;
  const text = `https://${host}/v2/`;
  if (!URL.canParse(text)) throw invalidRegistry(registry);
  const url = new URL(text);
  return isLoopback(url.hostname) ? new URL(`http://${host}/v2/`) : url;
}

/** @param hostname as a URL has it, which is one form for each address */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/**
 * Where a registry may send us, for tokens or by a redirect: anywhere with TLS. Without it only from loopback to
 * loopback: nothing travels in the clear, and no registry of the network reaches what listens on this machine.
 * @returns null when it may not
 */
export function allowedUrl(text: string, from: URL): URL | null {
  if (!URL.canParse(text, from.href)) return null;
  const url = new URL(text, from);
  // Node would make an Authorization of them.
  url.username = '';
  url.password = '';
  if (url.protocol === 'https:') return url;
  const isPlain = (one: URL) => one.protocol === 'http:' && isLoopback(one.hostname);
  return isPlain(url) && isPlain(from) ? url : null;
}
