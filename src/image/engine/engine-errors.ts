import { DeadweightError, messageOf, systemErrorCode } from '../../base/errors.ts';
import { printable } from '../../base/untrusted-text.ts';
import { normalizeName } from '../../oci/docker-name.ts';

/** An engine as errors name it. */
interface NamedEngine {
  readonly kind: 'socket' | 'tcp' | 'ssh';
  /** `unix:///var/run/docker.sock`, without credentials. */
  readonly text: string;
  /** `DOCKER_HOST`, `the context "remote"`, `the default`. */
  readonly origin: string;
}

/** An engine in a sentence: `the Docker engine at unix:///var/run/docker.sock (the default)`. */
export function engineName({ text, origin }: NamedEngine): string {
  return `the Docker engine at ${printable(text)} (${origin})`;
}

/** An engine at the start of a sentence. */
function theEngine(engine: NamedEngine): string {
  return engineName(engine).replace('the', 'The');
}

/** Connecting failed, or the connection broke before there was an answer. */
export function engineUnreachable(engine: NamedEngine, cause: unknown): DeadweightError {
  const code = systemErrorCode(cause);
  if (engine.kind === 'socket' && (code === 'EACCES' || code === 'EPERM')) {
    return new DeadweightError('permission-denied', {
      message: `This user may not use the socket of ${engineName(engine)}.`,
      remedy: 'Add the user to the group that owns the socket (usually `docker`), or run as root.',
      cause,
    });
  }
  const why = code === 'ENOENT' ? 'there is no such socket' : printable(messageOf(cause));
  return new DeadweightError('engine-unreachable', {
    message: `Cannot reach ${engineName(engine)}: ${why}.`,
    remedy:
      'Start Docker, choose another engine with DOCKER_HOST or `docker context use`, or read an archive instead: docker-archive:PATH, oci:DIRECTORY.',
    cause,
  });
}

/** The engine answered a request with an error of its own. */
export function engineRefused(engine: NamedEngine, status: number, reason: string): DeadweightError {
  return new DeadweightError('engine-unreachable', {
    message: `${theEngine(engine)} answered with an error (${status}): ${printable(reason) || 'no reason given'}.`,
    remedy: 'Look at the log of the engine, and try again.',
  });
}

/** @param reason what the engine says of it */
export function engineLacksImage(engine: NamedEngine, image: string, reason: string): DeadweightError {
  const isId = /^(?:sha256:)?[0-9a-f]{12,64}$/.test(image);
  const inRegistry =
    isId || normalizeName(image) === null ? '' : `read it from its registry (docker://${image}), `;
  return new DeadweightError('image-not-found', {
    message: `${theEngine(engine)} has no image ${printable(image)}.`,
    remedy: `Pull or build it first, ${inRegistry}or name an archive: docker-archive:PATH, oci-archive:PATH, oci:DIRECTORY.`,
    cause: new Error(reason),
  });
}

/** The engine stopped in the middle of an answer. */
export function engineBrokeOff(engine: NamedEngine, bytes: number, cause: unknown): DeadweightError {
  return new DeadweightError('input-truncated', {
    message: `${theEngine(engine)} stopped sending the image after ${bytes} bytes: ${printable(messageOf(cause))}.`,
    remedy: 'Look at the log of the engine (a full disk or a damaged layer can be the cause), and try again.',
    cause,
  });
}

/** The engine refused an image that was sent to it. @param reason what it says */
export function engineTookNone(engine: NamedEngine, reason: string): DeadweightError {
  return new DeadweightError('output-unwritable', {
    message: `${theEngine(engine)} did not take the image: ${printable(reason.trim()) || 'no reason given'}.`,
    remedy:
      'Look at the log of the engine (a full disk can be the cause), or write an archive: docker-archive:PATH.',
  });
}

/** An image that an engine has, and cannot run. */
export function engineUnpacksNone(engine: NamedEngine, reason: string): DeadweightError {
  return new DeadweightError('output-unwritable', {
    message: `${theEngine(engine)} took the image and cannot unpack it: ${printable(reason)}.`,
    remedy:
      'Build the image again: one of its layers is damaged. Remove the one that was loaded with docker rmi.',
  });
}

/** @param origin who names the address: `DOCKER_HOST`, `the context "remote"` */
export function invalidEndpoint(text: string, origin: string): DeadweightError {
  return new DeadweightError('engine-unreachable', {
    message: `${origin} names "${printable(text)}", which is not the address of a Docker engine.`,
    remedy:
      'Use unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST, or choose an engine with `docker context use`.',
  });
}

export function contextMissing(name: string): DeadweightError {
  return new DeadweightError('engine-unreachable', {
    message: `There is no Docker context "${printable(name)}".`,
    remedy:
      'List them with `docker context ls`, and choose one with `docker context use`, DOCKER_CONTEXT or DOCKER_HOST.',
  });
}

/** @param path of the file that should describe the context */
export function contextWithoutEngine(name: string, path: string): DeadweightError {
  return new DeadweightError('config-invalid', {
    message: `${path} describes no Docker endpoint.`,
    remedy: `Create the context "${printable(name)}" again with \`docker context create\`.`,
  });
}
