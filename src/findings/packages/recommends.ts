import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { DependencyGraph } from '../../packages/dpkg/dependency-graph.ts';
import type { InstalledPackage } from '../../packages/installed-package.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { findArrival, findNamedPackages, findOwnPackages } from './system-packages.ts';

/** Debian packages that nobody asked for and nothing needs: another package recommends them. */
export interface RecommendedPackages {
  /** Packages that the image can do without, as far as can be told. */
  readonly spare: ReadonlySet<InstalledPackage>;
  /** Packages that are in use, and have to be asked for where recommendations are no longer followed. */
  readonly used: ReadonlySet<InstalledPackage>;
}

/**
 * Recommended packages that programs use without a word: whatever speaks TLS trusts nobody without the certificates,
 * and local times are wrong without the zones.
 */
const SILENTLY_USED: ReadonlySet<string> = new Set(['ca-certificates', 'tzdata']);

export const findRecommended = memoize((context: RuleContext): RecommendedPackages => {
  const own = new Set(findOwnPackages(context));
  const packages = context.analysis.packages.packages.filter(({ relations }) => relations !== null);
  const asked = packages.filter(found => !own.has(found) || found.relations?.isAutomatic !== true);
  const graph = new DependencyGraph(packages);
  const needed = graph.reachable(asked, { recommends: false });
  const wanted = graph.reachable(asked, { recommends: true });
  const recommended = packages.filter(found => wanted.has(found) && !needed.has(found));
  const named = findNamedPackages(context, recommended, instructionsOf(context));
  const used = new Set([...named, ...recommended.filter(({ name }) => SILENTLY_USED.has(name))]);
  const kept = graph.reachable([...asked, ...used], { recommends: false });
  return { spare: new Set(recommended.filter(found => !kept.has(found))), used };
});

/** The instructions of all stages: one that does not ship may be built on one that does. */
function instructionsOf({ dockerfile }: RuleContext): readonly DockerfileInstruction[] {
  return dockerfile?.file.instructions ?? [];
}

/** The recommended packages in use that came with one of the layers. */
export function findUsedPackages(
  context: RuleContext,
  layers: readonly number[],
): readonly InstalledPackage[] {
  return [...findRecommended(context).used].filter(found =>
    layers.includes(findArrival(context, found) ?? -1),
  );
}
