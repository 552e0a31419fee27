import { DeadweightError } from './errors.ts';

/** An OCI platform. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** A platform as a report has it. */
interface PlatformNames extends Omit<Platform, 'variant'> {
  readonly variant?: string | undefined;
}

const PART = /^[a-z0-9_.-]+$/;
const ARCHITECTURES: Readonly<Record<string, readonly [architecture: string, variant?: string]>> = {
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
  i386: ['386'],
};

/** `linux/amd64`, `linux/arm/v7`. */
export function formatPlatform({ os, architecture, variant }: PlatformNames): string {
  return variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
}

/**
 * Reads `os/architecture[/variant]` with the usual other names of architectures.
 * @throws DeadweightError `usage` when it is not of that form.
 */
export function parsePlatform(text: string): Platform {
  const platform = readPlatform(text);
  if (platform !== null) return platform;
  throw new DeadweightError('usage', {
    message: `"${text}" is not a platform.`,
    remedy:
      'Write it as os/architecture or os/architecture/variant, for example linux/amd64 or linux/arm/v7.',
  });
}

/** The platform that a text of the form `os/architecture[/variant]` names; null for another text. */
export function readPlatform(text: string): Platform | null {
  const [os, name, variant, ...rest] = text.trim().toLowerCase().split('/');
  if (!os || !name || rest.length > 0 || ![os, name, variant ?? 'v'].every(part => PART.test(part)))
    return null;
  return normalizePlatform(variant ? { os, architecture: name, variant } : { os, architecture: name });
}

/** One spelling a platform: aliases resolved, and the variant dropped where it is the default (arm64/v8, amd64/v1). */
export function normalizePlatform(platform: Platform): Platform {
  const alias = ARCHITECTURES[platform.architecture];
  const architecture = alias?.[0] ?? platform.architecture;
  const variant = platform.variant || alias?.[1];
  const isDefault =
    (architecture === 'arm64' && variant === 'v8') || (architecture === 'amd64' && variant === 'v1');
  if (!variant || isDefault) return { os: platform.os, architecture };
  return { os: platform.os, architecture, variant };
}

export function samePlatform(a: Platform, b: Platform): boolean {
  return formatPlatform(normalizePlatform(a)) === formatPlatform(normalizePlatform(b));
}
