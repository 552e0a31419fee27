import { isUsedSilently } from '../../package-managers/apt-recommends.ts';
import { DependencyGraph } from '../../packages/dpkg/dependency-graph.ts';
import type { InstalledPackage } from '../../packages/installed-package.ts';
import { findUsedWords, type UsedWords } from '../later-use/used-words.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { findArrival, findOwnPackages, findPackagesNamedBy, namesOfPrograms } from './system-packages.ts';

/** Debian packages that nobody asked for and nothing needs: another package recommends them. */
export interface RecommendedPackages {
  /** Packages that the image can do without, as far as can be told. */
  readonly spare: ReadonlySet<InstalledPackage>;
  /** Packages that are in use, and have to be asked for where recommendations are no longer followed. */
  readonly used: ReadonlySet<InstalledPackage>;
}

export const findRecommended = memoize((context: RuleContext): RecommendedPackages => {
  const own = new Set(findOwnPackages(context));
  const packages = context.analysis.packages.packages.filter(({ relations }) => relations !== null);
  const asked = packages.filter(found => !own.has(found) || found.relations?.isAutomatic !== true);
  const graph = new DependencyGraph(packages);
  const needed = graph.reachable(asked, { recommends: false });
  const wanted = graph.reachable(asked, { recommends: true });
  const recommended = packages.filter(found => wanted.has(found) && !needed.has(found));
  const words = findUsedWords(context);
  const brought = graph
    .reachable(
      asked.filter(found => own.has(found)),
      { recommends: false },
    )
    .values()
    .filter(found => own.has(found));
  const programs = { run: words.names, installed: namesOfPrograms(context, brought) };
  const named = findPackagesNamedBy(context, recommended, words);
  const used = new Set([
    ...named,
    ...recommended.filter(({ name }) => isUsedSilently(name, programs)),
    ...recommended.filter(({ name }) => isLocale(name) && setsLocale(words)),
  ]);
  const kept = graph.reachable([...asked, ...used], { recommends: false });
  return { spare: new Set(recommended.filter(found => !kept.has(found))), used };
});

/** glibc reads what `locales` makes where LANG or LC_ALL names another language than C. */
function isLocale(name: string): boolean {
  return name === 'locales' || name === 'locales-all';
}

const LOCALE = /^[a-z]{2,3}_[A-Z]{2}(?:\.|$)/;

function setsLocale({ names }: UsedWords): boolean {
  return names.values().some(name => LOCALE.test(name));
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
