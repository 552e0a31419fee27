import { DeadweightError, messageOf } from '../../base/errors.ts';
import { printable } from '../../oci/printable.ts';

/** No answer, or none that can be used. */
export function registryUnreachable(registry: string, cause: unknown): DeadweightError {
  return new DeadweightError('registry-unreachable', {
    message: `The registry ${registry} cannot be reached: ${printable(messageOf(cause))}.`,
    remedy: 'Check its name, the network and the proxy (HTTPS_PROXY), and try again.',
    cause,
  });
}

/**
 * The error that a status means.
 * @param what was asked for: `the image ghcr.io/a/b:1`
 */
export function registryFailure(
  registry: string,
  what: string,
  status: number,
  said: string,
): DeadweightError {
  const reason = said === '' ? '' : ` (${printable(said)})`;
  switch (status) {
    case 401:
    case 403:
      return new DeadweightError('permission-denied', {
        message: `The registry ${registry} does not give out ${what}${reason}.`,
        remedy: `Log in with \`docker login ${registry}\`, and check the name: registries hide what you may not read.`,
      });
    case 404:
      return new DeadweightError('image-not-found', {
        message: `The registry ${registry} does not have ${what}${reason}.`,
        remedy: 'Check the name and the tag, or push the image first.',
      });
    case 429:
      return new DeadweightError('registry-unreachable', {
        message: `The registry ${registry} refuses more requests for now${reason}.`,
        remedy: `Wait, or log in with \`docker login ${registry}\` for a higher limit.`,
      });
    default:
      return new DeadweightError('registry-unreachable', {
        message: `The registry ${registry} answered ${status} to the request for ${what}${reason}.`,
        remedy: 'Try again later; when it stays so, ask whoever runs the registry.',
      });
  }
}
