import type { InstalledPackage } from '../installed-package.ts';

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

  /**
   * These packages, what they need, what that needs, and so on; with what is recommended on the way, if asked for: all of
   * it, or what has such a name.
   */
  reachable(
    from: Iterable<InstalledPackage>,
    { recommends }: { readonly recommends: boolean | ((name: string) => boolean) },
  ): ReadonlySet<InstalledPackage> {
    const reached = new Set(from);
    const [needed, recommended] = [new Set<string>(), new Set<string>()];
    // Once: a hostile database has a name that everybody provides, and everybody needs.
    const unfollowed = (field: string, followed: Set<string>): readonly InstalledPackage[] =>
      relationNames(field)
        .flatMap(alternatives => this.#chosen(alternatives))
        .flatMap(name => {
          if (followed.has(name)) return [];
          followed.add(name);
          return this.#byName.get(name) ?? [];
        });
    // What is added on the way is visited, too.
    for (const { relations } of reached) {
      if (relations === null) continue;
      for (const field of [relations.preDepends, relations.depends])
        for (const found of unfollowed(field, needed)) reached.add(found);
      if (recommends === false) continue;
      for (const found of unfollowed(relations.recommends, recommended))
        if (recommends === true || recommends(found.name)) reached.add(found);
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

/** `libc6`, `perl:any`, `libfoo (>= 1.0) [amd64] <!nocheck>`: the name, then what it is bound to. */
const NAME = /^\s*([a-z0-9][a-z0-9+.-]{0,255})/i;

/**
 * The names in a relation of Debian packages (`PackageRelations`): all must be there, of each one alternative.
 * `a (>= 1), b | c:any` is [[a], [b, c]]. Versions and architectures are left out.
 * @see https://www.debian.org/doc/debian-policy/ch-relationships.html
 */
export function relationNames(relation: string): readonly (readonly string[])[] {
  const required: string[][] = [];
  for (const alternatives of relation.split(',')) {
    const names = alternatives.split('|').flatMap(text => NAME.exec(text)?.[1] ?? []);
    if (names.length > 0) required.push(names);
  }
  return required;
}
