import { Agent } from 'node:https';
import { DeadweightError } from '../../base/errors.ts';

/**
 * Connections with TLS, through the proxy that HTTPS_PROXY names and past it where NO_PROXY says so.
 * @throws DeadweightError `config-invalid` when the proxy is no address
 */
export function proxyAgent(env: Readonly<Record<string, string | undefined>>): Agent {
  try {
    return new Agent({ keepAlive: true, proxyEnv: { ...env } });
  } catch {
    // Node's message quotes the address, and that may hold a password.
    throw new DeadweightError('config-invalid', {
      message: 'HTTPS_PROXY is no address of a proxy.',
      remedy: 'Write it as http://HOST:PORT.',
    });
  }
}
