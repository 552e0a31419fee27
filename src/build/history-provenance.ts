import type { Exec } from '../base/exec.ts';
import type { BuildDriver } from './build-driver.ts';
import { type Provenance, readProvenance } from './provenance.ts';

/**
 * Provenance from the builder's own record of a build (`docker buildx history`, buildx 0.23), for builds whose
 * metadata file has none: buildx 0.29 writes it for one platform only. Null when the builder has none either.
 * @param buildRef `builder/node/id` as the metadata names the build
 */
export async function provenanceFromHistory(
  buildRef: string,
  platform: string,
  driver: BuildDriver,
  effects: { readonly exec: Exec; readonly env: Readonly<Record<string, string>> },
): Promise<Provenance | null> {
  const id = buildRef.split('/').at(-1) ?? '';
  if (!/^\w+$/.test(id)) return null;
  const args = ['buildx', 'history', 'inspect', 'attachment', '--type', 'provenance', '--platform', platform];
  const builder = driver.builder === '' ? [] : ['--builder', driver.builder];
  const result = await effects.exec.run('docker', [...args, ...builder, id], {
    env: effects.env,
    maxOutput: 256 * 1024 * 1024,
  });
  if (result.exitCode !== 0) return null;
  try {
    return readProvenance(JSON.parse(result.stdout));
  } catch {
    return null;
  }
}
