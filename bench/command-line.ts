import { join } from 'node:path';
import { type Run, run } from './measure.ts';
import type { Contestant } from './route.ts';

/** Bundles of the command line that are measured: this tree's, or others that are named. */
export interface Bundles {
  readonly cli: string;
  /** Measured in turn with the other; null for none. */
  readonly before: string | null;
}

export const OWN_BUNDLE = join(import.meta.dirname, '..', 'dist', 'cli', 'index.js');

/** No scan is kept: every run does all of the work. */
const NOTHING_KEPT = { DEADWEIGHT_CACHE_DIR: '' };

export interface Place {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** `deadweight ARGS`. */
export function deadweight(cli: string, args: readonly string[], place: Place = {}): Promise<Run> {
  const env = { ...process.env, ...NOTHING_KEPT, ...place.env };
  return run(process.execPath, [cli, ...args], env, place.cwd);
}

/** `deadweight ARGS` of this bundle, and of that which it is compared with. */
export function ofBundles(
  { cli, before }: Bundles,
  args: readonly string[],
  place: Place = {},
): Readonly<Record<string, Contestant>> {
  const own = (): Promise<Run> => deadweight(cli, args, place);
  return before === null ? { own } : { own, before: () => deadweight(before, args, place) };
}

/** `deadweight inspect IMAGE`. */
export function inspect(image: string, ...options: readonly string[]): readonly string[] {
  return ['inspect', image, ...options, '--quiet', '--max-layers', '1000'];
}

/** The least that a program of Node takes. */
export function bareNode(): Promise<Run> {
  return run(process.execPath, ['-e', '0']);
}
