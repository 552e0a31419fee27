/** Package managers, by the names that package URLs (purl) use. */
export type PackageType = 'deb' | 'apk' | 'rpm' | 'pypi' | 'gem' | 'npm' | 'composer';

const OF_SYSTEM: ReadonlySet<PackageType> = new Set<PackageType>(['deb', 'apk', 'rpm']);

/** Whether the distribution packages it, and not a language. */
export function isSystemPackage({ type }: { readonly type: PackageType }): boolean {
  return OF_SYSTEM.has(type);
}

/** A package of the final filesystem. */
export interface InstalledPackage {
  readonly type: PackageType;
  readonly name: string;
  readonly version: string;
  /** As the package manager writes it (`amd64`, `x86_64`, `noarch`); null where it says nothing. */
  readonly architecture: string | null;
  /**
   * Directory it is installed in (npm, gem; for pypi, its metadata), or the database that names it.
   * Clean. With type, name and architecture it tells copies of a package apart.
   */
  readonly path: string;
  /** Sum of its visible files, each counted for one package only. Bytes. */
  readonly bytes: number;
  /** Indexes of the layers that hold its visible files, lowest first; that of its database when it has none. */
  readonly layers: readonly number[];
  /** Bytes in each of `layers`, in their order; they add up to `bytes`. */
  readonly layerBytes: readonly number[];
  readonly fileCount: number;
  /** npm: only there for development, as npm's own record of the directory says. */
  readonly isDevelopment: boolean;
  /**
   * deb: what the database at `path` says about it, beside `bytes`. Bytes; 0 for others, and where it has a file of
   * its own.
   */
  readonly recordBytes: number;
  /** deb: what it needs and who asked for it; null for others. */
  readonly relations: PackageRelations | null;
}

/** Debian's relations, as the control file has them: `libc6 (>= 2.36), perl:any | mawk`; empty where there are none. */
export interface PackageRelations {
  readonly section: string;
  /** `required`, `important`, `standard`, `optional`, `extra`, or empty. */
  readonly priority: string;
  readonly isEssential: boolean;
  /** Installed because another package asked for it, not by name (apt's extended_states). */
  readonly isAutomatic: boolean;
  readonly preDepends: string;
  readonly depends: string;
  readonly recommends: string;
  readonly provides: string;
}
