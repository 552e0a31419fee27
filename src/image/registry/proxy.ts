import { BlockList, isIP } from 'node:net';
import { invalidProxy, unusableProxy } from './registry-errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What stands between us and a host. */
export interface ProxyServer {
  /** `http`: an HTTP proxy, spoken to with or without TLS. `socks`: SOCKS 5. */
  readonly kind: 'http' | 'socks';
  /** With the login: never shown. Its scheme is `http:`, `https:` or `socks5:`. */
  readonly url: URL;
  /** The variable that names it. */
  readonly variable: string;
}

/** Lower case first, as curl has it. HTTP_PROXY is a header of the request where a web server runs us. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  'https:': ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'],
  'http:': ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'],
};

const SOCKS: ReadonlySet<string> = new Set(['socks5:', 'socks5h:', 'socks:']);
const SOCKS_PORT = '1080';

/**
 * The proxy that the environment names for an address, as docker (golang.org/x/net/http/httpproxy) and curl read it; null
 * where there is none. Loopback is never asked through one.
 * @throws DeadweightError `config-invalid` when a proxy is named that cannot be used
 */
export function chooseProxy(target: URL, env: Env): ProxyServer | null {
  const names = VARIABLES[target.protocol] ?? [];
  const variable = names.find(name => env[name] && !(name === 'HTTP_PROXY' && env['REQUEST_METHOD']));
  const text = variable === undefined ? undefined : env[variable]?.trim();
  if (variable === undefined || !text || isLoopback(target.hostname)) return null;
  if (isExcepted(target, env['no_proxy'] || env['NO_PROXY'] || '')) return null;
  return readProxy(text, variable);
}

/** @param hostname as a URL has it, which is one form for each address */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function readProxy(text: string, variable: string): ProxyServer {
  // `proxy:3128` would be a URL of the scheme `proxy:`.
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  // `socks5:` has no rules of its own: a name would not be put into one form, nor an address that is none be refused.
  const [, scheme = '', rest = ''] = /^([^:]+:)\/\/(.*)$/s.exec(address) ?? [];
  const isSocks = SOCKS.has(scheme.toLowerCase());
  const url = URL.parse(isSocks ? `http://${rest}` : address);
  if (url === null || url.hostname === '') throw invalidProxy(variable);
  if (isSocks) return { kind: 'socks', url: withPort(url, rest), variable };
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw unusableProxy(variable, scheme);
  return { kind: 'http', url, variable };
}

/** Port 80 is what a URL with `http:` does not show. */
function withPort(url: URL, text: string): URL {
  const socks = new URL(url);
  if (url.port === '' && !/:80(?:[/?#]|$)/.test(text)) socks.port = SOCKS_PORT;
  return socks;
}

/** The login of a proxy; null where it has none. */
export function proxyLogin({
  url,
}: ProxyServer): { readonly username: string; readonly password: string } | null {
  if (url.username === '' && url.password === '') return null;
  return { username: decode(url.username), password: decode(url.password) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Where it stands, without the login: `proxy.example:3128`. */
export function proxyAddress({ kind, url }: ProxyServer): string {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return `${kind === 'socks' ? 'socks5://' : ''}${url.hostname}:${port}`;
}

/**
 * Whether NO_PROXY has a host: by its name or that of a domain (`.example.com` and `*.example.com` are all below, but not
 * itself), by its address or a range (`10.0.0.0/8`), each with a port or without, or all by `*`.
 */
export function isExcepted(target: URL, list: string): boolean {
  const host = bare(target.hostname).toLowerCase().replace(/\.$/, '');
  const port = target.port || (target.protocol === 'https:' ? '443' : '80');
  return list
    .split(/[\s,]+/)
    .filter(Boolean)
    .some(entry => fits(entry.toLowerCase(), host, port));
}

function fits(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInSubnet(host, entry);
  const [, named = entry, wanted] = (isIP(entry) === 0 && /^(.*):(\d+)$/.exec(entry)) || [];
  if (wanted !== undefined && wanted !== port) return false;
  const name = bare(named)
    .replace(/^\*(?=\.)/, '')
    .replace(/\.$/, '');
  if (isIP(name) !== 0) return isInSubnet(host, `${name}/${isIP(name) === 4 ? 32 : 128}`);
  // Such a name is the end of an address, too.
  if (isIP(host) !== 0) return false;
  return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
}

/** @param range `10.0.0.0/8` */
export function isInSubnet(host: string, range: string): boolean {
  const [address = '', bits = ''] = range.split('/', 2);
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(address, Number(bits), type);
  return list.check(host, type);
}

/** An IPv6 address without the brackets that it has in a URL. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
