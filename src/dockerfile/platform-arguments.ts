import { formatPlatform, type Platform } from '../base/platform.ts';

/**
 * The ARGs that BuildKit sets by itself and that FROM may use: `FROM base-${TARGETARCH}`. A variant that is not known is empty.
 * @param target what is built for; null where it is not known
 * @param builder what it is built on; null where it is not known
 */
export function platformArguments(
  target: Platform | null,
  builder: Platform | null,
): ReadonlyMap<string, string> {
  return new Map([...argumentsOf('TARGET', target), ...argumentsOf('BUILD', builder)]);
}

export function isPlatformArgument(name: string): boolean {
  return /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$/.test(name);
}

function argumentsOf(prefix: string, platform: Platform | null): readonly (readonly [string, string])[] {
  if (platform === null) return [];
  const { os, architecture, variant = '' } = platform;
  return [
    [`${prefix}PLATFORM`, formatPlatform(platform)],
    [`${prefix}OS`, os],
    [`${prefix}ARCH`, architecture],
    [`${prefix}VARIANT`, variant],
  ];
}
