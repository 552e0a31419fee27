import { join } from 'node:path';
import { printable } from '../../base/untrusted-text.ts';
import { readContext, readDockerConfig, type TlsFiles, type UserEnvironment } from './docker-config.ts';
import { invalidEndpoint } from './engine-errors.ts';

/** Where an engine listens, and who said so. */
export type EngineEndpoint = (SocketAddress | TcpAddress | SshAddress) & {
  /** `unix:///var/run/docker.sock`, without credentials. */
  readonly text: string;
  /** `DOCKER_HOST`, `the context "remote"`, `the default`. */
  readonly origin: string;
};

interface SocketAddress {
  readonly kind: 'socket';
  /** A Unix socket, or a named pipe of Windows. */
  readonly path: string;
}

interface TcpAddress {
  readonly kind: 'tcp';
  readonly host: string;
  readonly port: number;
  readonly tls: TlsFiles | null;
}

export interface SshAddress {
  readonly kind: 'ssh';
  readonly host: string;
  readonly port: number | null;
  readonly user: string | null;
  /** Socket on the other machine; null for its default. */
  readonly socket: string | null;
}

interface EndpointOptions extends UserEnvironment {
  readonly hostOs: string;
}

/**
 * The engine that `docker` itself would talk to: DOCKER_HOST, else DOCKER_CONTEXT, else the current context, else the default.
 * @throws DeadweightError `engine-unreachable` when what is configured is no address, `config-invalid`.
 */
export function chooseEndpoint(options: EndpointOptions): EngineEndpoint {
  const { env, hostOs } = options;
  const config = readDockerConfig(options);
  const defaultTls = env['DOCKER_TLS_VERIFY'] || env['DOCKER_TLS'];
  const directory = env['DOCKER_CERT_PATH'] || config.directory;
  const tls = defaultTls ? { directory, verify: Boolean(env['DOCKER_TLS_VERIFY']) } : null;
  const host = env['DOCKER_HOST'];
  if (host) return parseEndpoint(host, 'DOCKER_HOST', tls);
  const context = env['DOCKER_CONTEXT'] || config.currentContext;
  if (context && context !== 'default') {
    const found = readContext(join(config.directory, 'contexts'), context);
    return parseEndpoint(found.host, `the context "${printable(context)}"`, found.tls);
  }
  const usual = hostOs === 'windows' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock';
  return parseEndpoint(usual, 'the default', tls);
}

/**
 * Reads `unix://PATH`, `npipe://PATH`, `tcp://HOST[:PORT]`, `http(s)://…`, `ssh://[USER@]HOST[:PORT][/SOCKET]`.
 * @throws DeadweightError `engine-unreachable`.
 */
export function parseEndpoint(text: string, origin: string, tls: TlsFiles | null): EngineEndpoint {
  const socket = /^(?:unix|npipe):\/\/(.+)$/.exec(text)?.[1];
  if (socket !== undefined) return { kind: 'socket', path: socket, text, origin };
  const url = URL.canParse(text) ? new URL(text) : null;
  // A host that starts with a dash would be an option of ssh.
  if (!url || url.hostname === '' || url.hostname.startsWith('-')) throw invalidEndpoint(text, origin);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? null : Number(url.port);
  const shown = `${url.protocol}//${url.host}`;
  switch (url.protocol) {
    case 'tcp:':
    case 'http:':
    case 'https:': {
      const files = tls ?? (url.protocol === 'https:' ? { directory: '', verify: true } : null);
      return { kind: 'tcp', host, port: port ?? (files ? 2376 : 2375), tls: files, text: shown, origin };
    }
    case 'ssh:': {
      const user = url.username === '' ? null : decodeUser(url.username);
      if (user === undefined) throw invalidEndpoint(shown, origin);
      const path = url.pathname.length > 1 ? url.pathname : null;
      if (user?.startsWith('-') || /[^\w./-]/.test(path ?? '')) throw invalidEndpoint(shown, origin);
      return { kind: 'ssh', host, port, user, socket: path, text: shown, origin };
    }
    default:
      throw invalidEndpoint(shown, origin);
  }
}

/** undefined where a percent sign begins no byte of UTF-8. */
function decodeUser(user: string): string | undefined {
  try {
    return decodeURIComponent(user);
  } catch {
    return undefined;
  }
}
