import { DeadweightError } from '../base/errors.ts';
import { formatPlatform, normalizePlatform, type Platform, samePlatform } from '../base/platform.ts';
import { printable } from '../base/untrusted-text.ts';

/**
 * Chooses one of several platforms of an image. A platform that was asked for: exactly that, else what a machine of
 * it can run (arm/v7 runs v6; amd64/v3 runs amd64), else, when no variant was asked for, the highest one there.
 * Nothing asked for: the host's in the same way (Linux on a host that runs containers in a virtual machine), else the only one there is.
 * @returns null when none fits.
 */
export function choosePlatform<T extends { readonly platform: Platform }>(
  candidates: readonly T[],
  wanted: Platform | undefined,
  host: Platform,
): T | null {
  if (wanted) return bestFor(candidates, wanted);
  const onHost = bestFor(candidates, host) ?? bestFor(candidates, { ...host, os: 'linux' });
  const [first, ...others] = candidates;
  if (onHost || !first) return onHost;
  return others.every(other => samePlatform(other.platform, first.platform)) ? first : null;
}

function bestFor<T extends { readonly platform: Platform }>(
  candidates: readonly T[],
  wanted: Platform,
): T | null {
  const exact = candidates.find(candidate => samePlatform(candidate.platform, wanted));
  if (exact) return exact;
  const { os, architecture, variant } = normalizePlatform(wanted);
  const level = variantLevel(architecture, variant);
  const levels = candidates
    .filter(({ platform }) => platform.os === os && platform.architecture === architecture)
    .map(candidate => ({ candidate, level: variantLevel(architecture, candidate.platform.variant) }))
    .sort((a, b) => b.level - a.level);
  const runnable = levels.find(entry => entry.level <= level);
  return (runnable ?? (variant ? undefined : levels[0]))?.candidate ?? null;
}

/** The number of a variant, with containerd's defaults where there is none: arm is v7, arm64 v8, everything else v1. */
function variantLevel(architecture: string, variant: string | undefined): number {
  const number = Number(/^v(\d{1,3})/.exec(variant ?? '')?.[1] ?? Number.NaN);
  if (!Number.isNaN(number)) return number;
  if (architecture === 'arm') return 7;
  return architecture === 'arm64' ? 8 : 1;
}

/** The error for a platform that is not there: it lists those that are. */
export function platformUnknown(
  reference: string,
  wanted: Platform | undefined,
  host: Platform,
  present: readonly Platform[],
): DeadweightError {
  const names = [...new Set(present.map(platform => printable(formatPlatform(platform))))].sort();
  const asked = formatPlatform(wanted ?? host);
  return new DeadweightError('platform-unknown', {
    message: `${reference} has no ${asked}${wanted ? '' : " (this machine's platform)"}; it has ${names.join(', ') || 'no platform at all'}.`,
    remedy:
      names.length > 0
        ? `Name one of them: --platform ${names[0]}.`
        : 'Build or pull the image for a platform first.',
  });
}
