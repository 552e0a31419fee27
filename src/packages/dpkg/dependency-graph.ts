import type { InstalledPackage } from '../installed-package.ts';
import { relationNames } from './relation.ts';

/**
 * Which of the Debian packages of an image need which. Versions are left out. Of alternatives the first counts where
 * it is installed, as apt prefers it, and else all that are: then more is taken for needed than is.
 */
export class DependencyGraph {
  readonly #byName = new Map<string, InstalledPackage[]>();

  constructor(packages: readonly InstalledPackage[]) {
    for (const found of packages) {
      if (found.relations === null) continue;
      this.#add(found.name, found);
      for (const name of relationNames(found.relations.provides).flat()) this.#add(name, found);
    }
  }

  /** These packages, what they need, what that needs, and so on; with what is recommended on the way, if asked for. */
  reachable(
    from: Iterable<InstalledPackage>,
    { recommends }: { readonly recommends: boolean },
  ): ReadonlySet<InstalledPackage> {
    const reached = new Set(from);
    const followed = new Set<string>();
    // What is added on the way is visited, too.
    for (const { relations } of reached) {
      if (relations === null) continue;
      const fields = [relations.preDepends, relations.depends, ...(recommends ? [relations.recommends] : [])];
      for (const name of fields.flatMap(relationNames).flatMap(alternatives => this.#chosen(alternatives))) {
        if (followed.has(name)) continue;
        // Once: a hostile database has a name that everybody provides, and everybody needs.
        followed.add(name);
        for (const found of this.#byName.get(name) ?? []) reached.add(found);
      }
    }
    return reached;
  }

  #chosen(alternatives: readonly string[]): readonly string[] {
    const [first = ''] = alternatives;
    return this.#byName.has(first) ? [first] : alternatives;
  }

  #add(name: string, found: InstalledPackage): void {
    const others = this.#byName.get(name);
    if (others === undefined) this.#byName.set(name, [found]);
    else others.push(found);
  }
}
