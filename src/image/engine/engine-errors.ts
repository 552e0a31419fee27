import { DeadweightError, messageOf, systemErrorCode } from '../../base/errors.ts';
import { printable } from '../../base/untrusted-text.ts';
import type { EngineEndpoint } from './endpoint.ts';

/** An engine, for messages: `the Docker engine at unix:///var/run/docker.sock (the default)`. */
export function engineName({ text, origin }: EngineEndpoint): string {
  return `the Docker engine at ${printable(text)} (${origin})`;
}

/** Connecting failed, or the connection broke before there was an answer. */
export function unreachable(endpoint: EngineEndpoint, cause: unknown): DeadweightError {
  const code = systemErrorCode(cause);
  if (endpoint.kind === 'socket' && (code === 'EACCES' || code === 'EPERM')) {
    return new DeadweightError('permission-denied', {
      message: `This user may not use the socket of ${engineName(endpoint)}.`,
      remedy: 'Add the user to the group that owns the socket (usually `docker`), or run as root.',
      cause,
    });
  }
  const why = code === 'ENOENT' ? 'there is no such socket' : printable(messageOf(cause));
  return new DeadweightError('engine-unreachable', {
    message: `Cannot reach ${engineName(endpoint)}: ${why}.`,
    remedy:
      'Start Docker, choose another engine with DOCKER_HOST or `docker context use`, or read an archive instead: docker-archive:PATH, oci:DIRECTORY.',
    cause,
  });
}

/** The engine answered a request with an error of its own. */
export function engineFailure(endpoint: EngineEndpoint, status: number, said: string): DeadweightError {
  return new DeadweightError('engine-unreachable', {
    message: `${engineName(endpoint).replace('the', 'The')} answered with an error (${status}): ${printable(said) || 'no reason given'}.`,
    remedy: 'Look at the log of the engine, and try again.',
  });
}

/** The engine stopped in the middle of an answer. */
export function brokenOff(endpoint: EngineEndpoint, bytes: number, cause: unknown): DeadweightError {
  return new DeadweightError('input-truncated', {
    message: `${engineName(endpoint).replace('the', 'The')} broke off after ${bytes} bytes of the image.`,
    remedy: 'Look at the log of the engine (a full disk and damaged layers end so), and try again.',
    cause,
  });
}
