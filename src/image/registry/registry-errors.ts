import { z } from 'zod';
import { DeadweightError, messageOf, systemErrorCode } from '../../base/errors.ts';
import { printable } from '../../base/untrusted-text.ts';

/** No answer, or none that can be used. */
export function registryUnreachable(registry: string, cause: unknown): DeadweightError {
  return new DeadweightError('registry-unreachable', {
    message: `The registry ${registry} cannot be reached: ${printable(reasonOf(cause))}.`,
    remedy: isCertificate(cause)
      ? 'Make its certificate known: NODE_USE_SYSTEM_CA=1 trusts what this machine trusts, NODE_EXTRA_CA_CERTS=FILE an authority of your own.'
      : 'Check its name, the network and the proxy (HTTPS_PROXY), and try again.',
    cause,
  });
}

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
function isCertificate(cause: unknown): boolean {
  return /^(?:ERR_TLS_)?CERT|_CERT_|SELF_SIGNED|^UNABLE_TO_/.test(systemErrorCode(cause) ?? '');
}

/** Where every address of a host was tried, the reasons are in the parts. */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === '') return messageOf(cause.errors[0]);
  return messageOf(cause);
}

/** Who gives out tokens does not give us one. */
export function tokenRefused(registry: string, hasCredentials: boolean): DeadweightError {
  return new DeadweightError('permission-denied', {
    message: hasCredentials
      ? `The registry ${registry} refuses the credentials that Docker has for it.`
      : `The registry ${registry} lets nobody read this image without logging in.`,
    remedy: `Log in with \`docker login ${registry}\`, and check the name: registries hide what you may not read.`,
  });
}

/** The connection broke again and again while a blob was sent. */
export function brokenOff(registry: string, what: string, bytes: number, cause: unknown): DeadweightError {
  return new DeadweightError('input-truncated', {
    message: `The registry ${registry} broke off after ${bytes} bytes of ${what}: ${printable(messageOf(cause))}.`,
    remedy: 'Try again; when it stays so, check the network and the proxy.',
    cause,
  });
}

/**
 * The error that a status means.
 * @param what was asked for: `the image ghcr.io/a/b (1)`
 * @param asked milliseconds that the registry asks to wait for; null when it does not say
 */
export function registryFailure(
  registry: string,
  what: string,
  status: number,
  said: string,
  asked: number | null = null,
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
    case 429: {
      const wait = asked === null ? '' : `; it asks to wait for ${Math.ceil(asked / 1000)} seconds`;
      return new DeadweightError('registry-unreachable', {
        message: `The registry ${registry} refuses more requests for now (429)${reason}${wait}.`,
        remedy: `Wait, or log in with \`docker login ${registry}\` for a higher limit.`,
      });
    }
    default:
      return new DeadweightError('registry-unreachable', {
        message: `The registry ${registry} answered ${status} to the request for ${what}${reason}.`,
        remedy: 'Try again later; when it stays so, ask whoever runs the registry.',
      });
  }
}

const errorsSchema = z.object({
  errors: z.array(z.object({ code: z.string().nullish(), message: z.string().nullish() })).min(1),
});

/** What a registry says of an error: `{"errors":[{"code":…,"message":…}]}`; empty when it says nothing. */
export function reasonIn(body: Uint8Array): string {
  try {
    const [first] = errorsSchema.parse(JSON.parse(new TextDecoder().decode(body))).errors;
    return first?.message || first?.code || '';
  } catch {
    return '';
  }
}
