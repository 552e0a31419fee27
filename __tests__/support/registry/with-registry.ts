import { type FabricatedImage, fabricateImage, type Step } from '../fabricate/image.ts';
import { file } from '../fabricate/node.ts';
import { type StrictRegistry, type StrictRegistryOptions, strictRegistry } from './strict-registry.ts';

export const USER = { name: 'me', password: 'hunter2' };

/** `app:1` with a layer for each seed: equal seeds make equal layers. */
export function imageOf(seeds: readonly number[], tag = 'app:1'): Promise<FabricatedImage> {
  const steps = seeds.map(
    (seed): Step => ({ createdBy: `RUN ${seed}`, layer: { [`f${seed}`]: file(40_000, { seed }) } }),
  );
  return fabricateImage({ tags: [tag], steps });
}

/** Fails when a request was not as the specifications have it. */
export async function withRegistry(
  images: readonly FabricatedImage[],
  options: StrictRegistryOptions,
  body: (registry: StrictRegistry) => Promise<void>,
): Promise<void> {
  const registry = await strictRegistry(images, options);
  try {
    await body(registry);
  } catch (error) {
    await registry.close().catch((violations: unknown) => {
      throw new AggregateError([error, violations], String(violations));
    });
    throw error;
  }
  await registry.close();
}
