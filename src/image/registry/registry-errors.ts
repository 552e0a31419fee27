import { z } from 'zod';
import { DeadweightError, type ErrorCode, messageOf, systemErrorCode } from '../../base/errors.ts';
import { parseBoundedJson } from '../../base/json-shape.ts';
import { lazy } from '../../base/lazy.ts';
import { printable } from '../../base/untrusted-text.ts';

/** A request that a registry did not answer with what was asked for. */
interface RegistryRefusal {
  readonly registry: string;
  /** What was asked for: `the image ghcr.io/a/b (1)`. */
  readonly what: string;
  readonly status: number;
  /** What the registry says of it; empty when it says nothing. */
  readonly reason: string;
  /** Milliseconds that it asks to wait; null when it does not say. */
  readonly wait: number | null;
}

interface StatusMeaning {
  readonly code: ErrorCode;
  /** The sentence, up to the reason; `wait` is `; it asks to wait for 3 seconds`, or empty. */
  readonly says: (refusal: RegistryRefusal) => string;
  readonly remedy: (refusal: RegistryRefusal) => string;
}

const logIn = ({ registry }: { readonly registry: string }): string =>
  `Log in with \`docker login ${registry}\`, and check the name: registries hide what you may not read.`;

const NOT_PERMITTED: StatusMeaning = {
  code: 'permission-denied',
  says: ({ registry, what }) => `The registry ${registry} denies access to ${what}`,
  remedy: logIn,
};

/** What a status means; `other` for all that are not there. */
const MEANINGS: Readonly<Record<number, StatusMeaning>> & { readonly other: StatusMeaning } = {
  401: NOT_PERMITTED,
  403: NOT_PERMITTED,
  404: {
    code: 'image-not-found',
    says: ({ registry, what }) => `The registry ${registry} does not have ${what}`,
    remedy: () => 'Check the name and the tag, or push the image first.',
  },
  429: {
    code: 'registry-unreachable',
    says: ({ registry }) => `The registry ${registry} refuses more requests for now (429)`,
    remedy: ({ registry }) => `Wait, or log in with \`docker login ${registry}\` for a higher limit.`,
  },
  other: {
    code: 'registry-unreachable',
    says: ({ registry, what, status }) =>
      `The registry ${registry} answered ${status} to the request for ${what}`,
    remedy: () => 'Try again later; if the error lasts, ask the operator of the registry.',
  },
};

export function registryRefused(refusal: RegistryRefusal): DeadweightError {
  const { reason, wait } = refusal;
  const { code, says, remedy } = MEANINGS[refusal.status] ?? MEANINGS.other;
  const why = reason === '' ? '' : ` (${printable(reason)})`;
  const when = wait === null || wait <= 0 ? '' : `; it asks to wait for ${Math.ceil(wait / 1000)} seconds`;
  return new DeadweightError(code, {
    message: `${says(refusal)}${why}${when}.`,
    remedy: remedy(refusal),
  });
}

/** Who gives out tokens does not give us one. */
export function tokenRefused(registry: string, hasCredentials: boolean): DeadweightError {
  return new DeadweightError('permission-denied', {
    message: hasCredentials
      ? `The registry ${registry} refuses the credentials that are stored for it.`
      : `The registry ${registry} gives this image only to users who log in.`,
    remedy: logIn({ registry }),
  });
}

/** No answer, or none that can be used. */
export function registryUnreachable(registry: string, cause: unknown): DeadweightError {
  return unreachable(`The registry ${registry}`, registry, cause);
}

/** @param host of who gives out the tokens of a registry */
export function tokensUnreachable(registry: string, host: string, cause: unknown): DeadweightError {
  if (cause instanceof DeadweightError) return cause;
  return unreachable(
    `${printable(host)}, which gives out the tokens of the registry ${registry},`,
    host,
    cause,
  );
}

/** @param host whose certificate it may be about */
function unreachable(who: string, host: string, cause: unknown): DeadweightError {
  const [at, error] = cause instanceof RedirectFailure ? [cause.host, cause.cause] : [host, cause];
  const certificate = CERTIFICATES.find(({ codes }) => codes.test(systemErrorCode(error) ?? ''));
  const why = certificate?.why ?? causeOf(error).replace(/\.$/, '');
  const where = at === host ? '' : `${printable(at)}, where it sends us: `;
  return new DeadweightError('registry-unreachable', {
    message: `${who} cannot be reached: ${where}${printable(why)}.`,
    remedy: certificate?.remedy(at) ?? (error instanceof ProxyFailure ? error.remedy : UNREACHABLE),
    cause,
  });
}

/** A failure of a host that a registry has sent us to: it is named, not the registry. */
export class RedirectFailure extends Error {
  readonly host: string;

  constructor(host: string, cause: unknown) {
    super(messageOf(cause), { cause });
    this.host = host;
  }
}

const UNREACHABLE = 'Check its name, the network and the proxy (HTTPS_PROXY), and try again.';

interface CertificateTrouble {
  /** https://nodejs.org/api/tls.html#x509-certificate-error-codes and those of OpenSSL's alerts. */
  readonly codes: RegExp;
  readonly why: string;
  readonly remedy: (registry: string) => string;
}

const CERTIFICATES: readonly CertificateTrouble[] = [
  {
    codes: /^CERT_HAS_EXPIRED$/,
    why: 'its certificate has expired',
    remedy: () => 'Ask its operator to renew it, or set the clock of this machine right.',
  },
  {
    codes: /^CERT_NOT_YET_VALID$/,
    why: 'its certificate is not valid yet',
    remedy: () => 'Set the clock of this machine right.',
  },
  {
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    why: 'its certificate is for another host',
    remedy: () => 'Use a name of the registry that its certificate has.',
  },
  {
    codes: /ALERT_CERTIFICATE_REQUIRED$|ALERT_BAD_CERTIFICATE$/,
    why: 'it asks for a certificate of ours',
    remedy: registry => `Add client.cert and client.key to /etc/docker/certs.d/${registry}.`,
  },
  {
    codes: /^(?:ERR_TLS_)?CERT|_CERT_|SELF_SIGNED|^UNABLE_TO_/,
    why: 'nobody whom this machine trusts has signed its certificate',
    remedy: registry =>
      `Trust its certificate authority: put it into /etc/docker/certs.d/${registry}/ca.crt, or name its file in SSL_CERT_FILE.`,
  },
];

/** A proxy that did not let us through. */
export class ProxyFailure extends Error {
  readonly remedy: string;

  /**
   * @param address without its login
   * @param variable that names the proxy
   */
  constructor(address: string, variable: string, cause: unknown) {
    const isLogin = /\b407\b|login/.test(messageOf(cause));
    const status = /HTTP\/1\.[01] (\d{3})/.exec(messageOf(cause))?.[1];
    const why = status === undefined ? messageOf(cause) : `it answered ${status}`;
    super(`the proxy ${address} (${variable}) does not connect to it: ${why}`);
    this.remedy = isLogin
      ? `Write the login into ${variable}, as USER:PASSWORD@ in front of the host.`
      : `Check ${variable}, or let NO_PROXY name the registry where it can be reached without a proxy.`;
  }
}

/** Where every address of a host was tried, the reasons are in the parts. */
function causeOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === '') return messageOf(cause.errors[0]);
  return messageOf(cause);
}

/** The connection broke again and again while a blob was sent. */
export function registryBrokeOff(
  registry: string,
  what: string,
  bytes: number,
  cause: unknown,
): DeadweightError {
  return new DeadweightError('input-truncated', {
    message: `The registry ${registry} stopped sending ${what} after ${bytes} bytes: ${printable(messageOf(cause))}.`,
    remedy: 'Try again; if the error lasts, check the network and the proxy.',
    cause,
  });
}

/** A blob that a manifest states to be larger than any that is fetched. */
export function blobTooLarge(place: string, size: number, max: number): DeadweightError {
  return new DeadweightError('limit-exceeded', {
    message: `${place} has ${size} bytes; at most ${max} are fetched.`,
    remedy: 'Check that the image is the one you mean: no registry takes layers of this size.',
  });
}

export function invalidRegistry(registry: string): DeadweightError {
  return new DeadweightError('reference-invalid', {
    message: `${printable(registry)} is not the address of a registry.`,
    remedy: 'Write HOST or HOST:PORT before the name of the image.',
  });
}

/** Without the address, and without Node's message, which quotes it: it may hold a password. */
export function invalidProxy(variable: string): DeadweightError {
  return new DeadweightError('config-invalid', {
    message: `${variable} is not the address of a proxy.`,
    remedy: 'Write it as http://HOST:PORT.',
  });
}

/** @param scheme `ftp:` */
export function unusableProxy(variable: string, scheme: string): DeadweightError {
  return new DeadweightError('config-invalid', {
    message: `${variable} names a proxy of the kind ${printable(scheme)}//, which cannot be used.`,
    remedy: 'Name one that speaks HTTP or SOCKS 5: http://HOST:PORT, https://HOST:PORT, socks5://HOST:PORT.',
  });
}

/** @param version of Node */
export function proxyNeedsNode(variable: string, version: string): DeadweightError {
  return new DeadweightError('config-invalid', {
    message: `Node ${version} cannot use the proxy that ${variable} names.`,
    remedy: 'Use Node 22.21, 24.5 or newer, a proxy of SOCKS 5, or let NO_PROXY name the registry.',
  });
}

const errorsSchema = lazy(() =>
  z.object({
    errors: z.array(z.object({ code: z.string().nullish(), message: z.string().nullish() })).min(1),
  }),
);

/** What a registry says of an error: `{"errors":[{"code":…,"message":…}]}`; empty where it says nothing. */
export function parseRefusal(body: Uint8Array): { readonly code: string; readonly message: string } {
  try {
    const [first] = errorsSchema().parse(parseBoundedJson(new TextDecoder().decode(body))).errors;
    return { code: first?.code ?? '', message: first?.message ?? '' };
  } catch {
    return { code: '', message: '' };
  }
}

/** The same in words; empty where it says nothing. */
export function parseReason(body: Uint8Array): string {
  const { code, message } = parseRefusal(body);
  return message || code;
}
