import type { InstalledPackage } from '../packages/installed-package.ts';
import type { InstalledPackages } from '../packages/installed-packages.ts';
import type { SnapshotPackage } from './snapshot.ts';

/** Of more, the smallest are left out and their files belong to no package. Debian as a whole has 60,000. */
const MOST = 20_000;

/** The packages of an image as a snapshot lists them, and which of them owns a path. */
export class PackageNumbers {
  /** Largest first; copies of one version are one. */
  readonly packages: readonly SnapshotPackage[];
  readonly #installed: InstalledPackages;
  readonly #numbers = new Map<InstalledPackage, number>();

  constructor(installed: InstalledPackages) {
    this.#installed = installed;
    const packages: SnapshotPackage[] = [];
    const known = new Map<string, number>();
    for (const found of installed.packages) {
      const { type, name, version, architecture } = found;
      const listed: SnapshotPackage = [type, name, version, architecture];
      const key = JSON.stringify(listed);
      let number = known.get(key);
      if (number === undefined) {
        if (packages.length === MOST) continue;
        number = packages.push(listed) - 1;
        known.set(key, number);
      }
      this.#numbers.set(found, number);
    }
    this.packages = packages;
  }

  /** Index into `packages`; undefined when the path belongs to none of them. */
  ownerOf(path: string): number | undefined {
    const owner = this.#installed.ownerOf(path);
    return owner === null ? undefined : this.#numbers.get(owner);
  }
}
