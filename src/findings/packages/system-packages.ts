import type { VisibleFile } from '../../analysis/image-analysis.ts';
import type { InstalledPackage } from '../../packages/installed-package.ts';
import { PackageArrivals } from '../../packages/package-arrivals.ts';
import type { Finding } from '../finding.ts';
import type { Subject } from '../subject.ts';

const ARRIVALS = new WeakMap<Subject, PackageArrivals>();

/** Index of the layer that brought a package of the system; null for others. What only was upgraded is not brought. */
export function arrivalOf(subject: Subject, found: InstalledPackage): number | null {
  let arrivals = ARRIVALS.get(subject);
  if (arrivals === undefined) {
    arrivals = new PackageArrivals(subject.analysis.scans);
    ARRIVALS.set(subject, arrivals);
  }
  return arrivals.layerOf(found);
}

/** The packages of the system that own layers brought, largest first. */
export function ownPackages(subject: Subject): readonly InstalledPackage[] {
  return subject.analysis.packages.packages.filter(
    found => (arrivalOf(subject, found) ?? -1) >= subject.ownFrom,
  );
}

/** Their files with bytes in own layers. */
export function ownFilesOf(subject: Subject, packages: Iterable<InstalledPackage>): readonly VisibleFile[] {
  const { packages: installed } = subject.analysis;
  return [...packages].flatMap(found =>
    installed.filesOf(found).filter(({ bytes, layer }) => bytes > 0 && layer >= subject.ownFrom),
  );
}

/** Names told in a sentence. */
const MOST_NAMES = 5;

/** What a sentence needs to name the packages of files: the largest by name. */
export type PackageArgs = {
  /** `gcc-12, cpp-12`: at most five. */
  readonly packages: string;
  readonly packageCount: number;
};

export function packageArgs(subject: Subject, files: readonly VisibleFile[]): PackageArgs {
  const { packages: installed } = subject.analysis;
  const bytes = new Map<InstalledPackage, number>();
  for (const file of files) {
    const owner = installed.ownerOf(file.path);
    if (owner !== null) bytes.set(owner, (bytes.get(owner) ?? 0) + file.bytes);
  }
  const largest = [...bytes].sort(([a, x], [b, y]) => y - x || (a.name < b.name ? -1 : 1));
  const names = largest.slice(0, MOST_NAMES).map(([{ name }]) => name);
  return { packages: names.join(', '), packageCount: bytes.size } satisfies Finding['args'];
}
