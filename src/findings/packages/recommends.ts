import { isReadByOthers, isTranslation, isUsedSilently } from '../../package-managers/apt-recommends.ts';
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
  const programs = {
    run: words.names,
    installed: namesOfPrograms(context, brought),
    asked: new Set(asked.filter(found => own.has(found)).map(({ name }) => name)),
  };
  const isSpoken = setsLocale(words);
  const isRead = (name: string): boolean => isReadByOthers(name) || (isSpoken && isTranslation(name));
  const named = new Set([
    ...findPackagesNamedBy(context, recommended, words),
    ...recommended.filter(({ name }) => isUsedSilently(name, programs)),
  ]);
  const kept = graph.reachable([...asked, ...named], { recommends: isRead });
  const used = new Set([...named, ...recommended.filter(found => kept.has(found) && isRead(found.name))]);
  return { spare: new Set(recommended.filter(found => !kept.has(found))), used };
});

const LOCALE = /^[a-z]{2,3}_[A-Z]{2}(?:\.|$)/;

/** glibc and gettext read what is there for a language where LANG or LC_ALL names another than C. */
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
