import type { AgentOptions, Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { connect, isIP, type Socket } from 'node:net';
import { systemErrorCode } from '../../base/errors.ts';
import { http, https } from '../network.ts';
import { chooseProxy, type ProxyServer, proxyAddress } from './proxy.ts';
import { ProxyFailure, proxyNeedsNode } from './registry-errors.ts';
import { openSocksTunnel } from './socks-tunnel.ts';

/** How a request gets to its host. */
export interface Route {
  readonly agent: HttpAgent;
  readonly proxy: ProxyServer | null;
}

/** Connections that are kept, straight and through proxies. */
export class RegistryAgents {
  readonly #env: Readonly<Record<string, string | undefined>>;
  /** By scheme and proxy. */
  readonly #agents = new Map<string, HttpAgent>();

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  /** @throws DeadweightError `config-invalid` when a proxy is named that cannot be used */
  routeTo(url: URL): Route {
    const proxy = chooseProxy(url, this.#env);
    const key = `${url.protocol} ${proxy === null ? '' : proxy.url.href}`;
    const agent = this.#agents.get(key) ?? makeAgent(url.protocol === 'https:', proxy);
    this.#agents.set(key, agent);
    return { agent, proxy };
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }
}

/** Node tunnels through proxies of HTTP itself, from 22.21 and 24.5 on: earlier it ignores them without a word. */
function makeAgent(isSecure: boolean, proxy: ProxyServer | null): HttpAgent {
  const { Agent } = isSecure ? https() : http();
  if (proxy === null) return new Agent({ keepAlive: true });
  if (proxy.kind === 'socks') return makeSocksAgent(isSecure, proxy);
  const { href } = proxy.url;
  const options: AgentOptions = { keepAlive: true, proxyEnv: { http_proxy: href, https_proxy: href } };
  if (!knowsProxies(process.versions.node)) throw proxyNeedsNode(proxy.variable, process.versions.node);
  return new Agent(options);
}

/** @param version of Node */
export function knowsProxies(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
}

function makeSocksAgent(isSecure: boolean, proxy: ProxyServer): HttpAgent | HttpsAgent {
  const tls = process.getBuiltinModule('node:tls');
  const agent = isSecure ? new (https().Agent)({ keepAlive: true }) : new (http().Agent)({ keepAlive: true });
  const opening = new Set<Socket>();
  agent.createConnection = ({ host: name, port, path: _path, ...options }, callback) => {
    const host = String(name ?? '');
    const socket = connect(Number(proxy.url.port || 80), proxy.url.hostname.replace(/^\[|\]$/g, ''));
    opening.add(socket);
    const opened = openSocksTunnel(socket, proxy, host, Number(port));
    opened
      .finally(() => opening.delete(socket))
      .then(
        () =>
          callback?.(
            null,
            isSecure ? tls.connect({ ...options, ...serverName(host), host, socket }) : socket,
          ),
        (error: unknown) => {
          socket.destroy();
          callback?.(proxyFailed(proxy, error), socket);
        },
      );
    return undefined;
  };
  // What does not lead anywhere yet is no connection of the agent: it would keep the process alive.
  const destroy = agent.destroy.bind(agent);
  agent.destroy = () => {
    destroy();
    for (const socket of opening) socket.destroy();
  };
  return agent;
}

/** What a server is asked for; an address cannot be: for that the certificate is held against the host. */
function serverName(host: string): { readonly servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}

/** What a request failed with, as a failure of its proxy where it is one. */
export function explainProxy(error: unknown, proxy: ProxyServer | null): unknown {
  if (proxy === null || error instanceof ProxyFailure) return error;
  const code = systemErrorCode(error) ?? '';
  const isProxys =
    code === 'ERR_PROXY_TUNNEL' || ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH'].includes(code);
  return isProxys ? proxyFailed(proxy, error) : error;
}

export function proxyFailed(proxy: ProxyServer, cause: unknown): ProxyFailure {
  return new ProxyFailure(proxyAddress(proxy), proxy.variable, cause);
}
