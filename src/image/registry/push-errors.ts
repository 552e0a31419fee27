import { DeadweightError, type ErrorCode, messageOf } from '../../base/errors.ts';
import { printable } from '../../base/untrusted-text.ts';
import { registryRefused } from './registry-errors.ts';

/** Something that a registry does not take. */
export interface PushRefusal {
  readonly registry: string;
  /** With the registry: `ghcr.io/owner/app`. */
  readonly repository: string;
  /** A tag or digest, of a manifest; null for a blob. */
  readonly reference: string | null;
  /** `layer 3`, `ghcr.io/owner/app:1`. */
  readonly what: string;
  readonly status: number;
  /** As the specification has them: `DENIED`; empty where the registry says none. */
  readonly code: string;
  /** What the registry says; empty where it says nothing. */
  readonly reason: string;
  /** Milliseconds that it asks to wait; null where it does not say. */
  readonly wait: number | null;
}

interface RefusalKind {
  fits(refusal: PushRefusal): boolean;
  /** The sentence, up to the reason. */
  says(refusal: PushRefusal): string;
  remedy(refusal: PushRefusal): string;
}

/** ECR, Artifact Registry, Docker Hub, GitLab and Harbor say "immutable" somehow, Alibaba Cloud and Mirantis the second, Nexus the third. */
const KEPT = /immutab|cannot be overwritten|not allow updating/i;
/** Harbor and Quay, and GitLab. */
const FULL = /quota|storage limit|exceed the configured upper limit/i;

const KEPT_TAG: RefusalKind = {
  fits: ({ reference, code, reason }) => reference !== null && KEPT.test(`${code} ${reason}`),
  says: ({ registry, what }) => `The registry ${registry} keeps the image that has the name ${what} already`,
  remedy: () => 'Write to another tag, or let the settings of the repository permit that tags change.',
};

/** What a registry means by not taking something; the first that fits. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes */
const KINDS: readonly RefusalKind[] = [
  KEPT_TAG,
  {
    fits: ({ code, reason }) => FULL.test(`${code} ${reason}`),
    says: ({ registry, what }) => `The registry ${registry} has no room for ${what}`,
    remedy: () => 'Free room there, or ask its operator for a higher quota.',
  },
  {
    fits: ({ status }) => status === 413,
    says: ({ registry, what }) =>
      `The registry ${registry}, or a proxy before it, refuses ${what} as too large`,
    remedy: () => 'Ask its operator to permit larger requests (nginx: `client_max_body_size`).',
  },
  {
    fits: ({ reference, code }) =>
      reference !== null && /^(?:MANIFEST_BLOB_UNKNOWN|BLOB_UNKNOWN|MANIFEST_UNKNOWN)$/.test(code),
    says: ({ registry, what }) => `The registry ${registry} has lost a part of ${what}`,
    remedy: () => 'Try again; if the error lasts, ask the operator of the registry.',
  },
  {
    fits: ({ status, code }) => code === 'NAME_UNKNOWN' || status === 404,
    says: ({ registry, repository }) => `The registry ${registry} does not have the repository ${repository}`,
    remedy: () => 'Create the repository first, or check its name.',
  },
  {
    fits: ({ code }) => code === 'NAME_INVALID',
    says: ({ registry, repository }) => `The registry ${registry} does not take the name ${repository}`,
    remedy: () => 'Name a repository as the registry permits it.',
  },
  {
    fits: ({ status, code }) => status === 405 || code === 'UNSUPPORTED',
    says: ({ registry, repository }) => `The registry ${registry} lets nobody write to ${repository}`,
    remedy: () => 'Name another registry: this one may be read-only, or a cache of another one.',
  },
  {
    fits: ({ status, code }) =>
      status === 401 || status === 403 || code === 'DENIED' || code === 'UNAUTHORIZED',
    says: ({ registry, repository }) => `The registry ${registry} does not let you write to ${repository}`,
    remedy: ({ registry }) => permission(registry),
  },
  {
    fits: ({ code }) => /^(?:DIGEST_INVALID|SIZE_INVALID|BLOB_UPLOAD_INVALID)$/.test(code),
    says: ({ registry, what }) => `The registry ${registry} got other bytes of ${what} than were sent`,
    remedy: () => 'Try again; if the error lasts, check the network and the proxy.',
  },
  {
    fits: ({ status, code }) => code === 'MANIFEST_INVALID' || status === 415,
    says: ({ registry, what }) => `The registry ${registry} does not accept ${what}`,
    remedy: () => 'Ask its operator which media types of images it takes.',
  },
];

const OTHER: Omit<RefusalKind, 'fits'> = {
  says: ({ registry, what, status }) =>
    `The registry ${registry} answered ${status} when ${what} was written`,
  remedy: () => 'Try again later; if the error lasts, ask the operator of the registry.',
};

function permission(registry: string): string {
  if (registry === 'ghcr.io')
    return 'Give the token the right to write packages (`packages: write` in a workflow), and its repository that to write this package.';
  return `Log in with \`docker login ${registry}\` as somebody who may write there: a token needs that right, too.`;
}

/** Whether a registry keeps the image that a tag names already. */
export function keepsTag(refusal: PushRefusal): boolean {
  return KEPT_TAG.fits(refusal);
}

/** @returns `push-failed`; `registry-unreachable` where the registry is busy or fails */
export function pushRefused(refusal: PushRefusal): DeadweightError {
  const { registry, repository, what, status, reason, wait } = refusal;
  if (status === 408 || status === 429 || status >= 500) {
    return registryRefused({
      registry,
      what: `the upload of ${what} to ${repository}`,
      status,
      reason,
      wait,
    });
  }
  const { says, remedy } = KINDS.find(kind => kind.fits(refusal)) ?? OTHER;
  const why = reason === '' ? '' : ` (${printable(reason)})`;
  return new DeadweightError('push-failed', {
    message: `${says(refusal)}${why}.`,
    remedy: remedy(refusal),
  });
}

/** Who gives out tokens gives none for writing. */
export function pushTokenRefused(registry: string, hasCredentials: boolean): DeadweightError {
  return new DeadweightError('push-failed', {
    message: hasCredentials
      ? `The registry ${registry} gives the stored credentials no right to write there.`
      : `The registry ${registry} lets only users who log in write there.`,
    remedy: permission(registry),
  });
}

/** The connection broke again and again while a blob was sent. @param bytes that were sent at last */
export function pushBrokeOff(
  { registry, what }: Pick<PushRefusal, 'registry' | 'what'>,
  bytes: number,
  cause: unknown,
): DeadweightError {
  return new DeadweightError('registry-unreachable', {
    message: `The registry ${registry} stopped taking ${what} after ${bytes} bytes: ${printable(messageOf(cause))}.`,
    remedy: 'Try again; if the error lasts, check the network and the proxy.',
    cause,
  });
}

/** What a registry, or the way to it, stops a push with, whatever was asked of it. */
const STOPS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'registry-unreachable',
  'permission-denied',
  'image-not-found',
]);

/** An error of a push under the code of one: who reads an image has others for the same failure of a registry. */
export function pushStopped(error: unknown): unknown {
  if (!(error instanceof DeadweightError) || !STOPS.has(error.code)) return error;
  const { message, remedy, excerpt } = error;
  return new DeadweightError('push-failed', { message, remedy, excerpt, cause: error });
}

/** The target was closed while something was written to it. */
export function pushCancelled(what: string): DeadweightError {
  return new DeadweightError('cancelled', {
    message: `Writing ${what} was broken off.`,
    remedy: 'Run it again.',
  });
}
