import { normalizePlatform, type Platform } from '../../base/platform.ts';

/** Node's names of architectures, where they are not those of the image specification. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/**
 * The platform of the images that a machine runs: Linux, also under Docker Desktop.
 * @param architecture as `process.arch` has it
 */
export function hostPlatform(architecture: string): Platform {
  return normalizePlatform({ os: 'linux', architecture: ARCHITECTURES[architecture] ?? architecture });
}
