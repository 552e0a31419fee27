import { compareBytes } from '../analysis/byte-order.ts';
import type { PackageDelta, PackageFate, PackageTotals } from './comparison.ts';
import type { PackageChange } from './layer-changes.ts';
import type { PackageUnion } from './package-union.ts';

export interface PackageSummary {
  readonly totals: PackageTotals;
  /** Those whose bytes or version changed, largest first by absolute bytes. */
  readonly changed: readonly PackageDelta[];
}

/** What became of the packages of a union whose bytes changed so. */
export function summarizePackages(change: PackageChange, union: PackageUnion | null): PackageSummary {
  const changed: PackageDelta[] = [];
  const totals = { added: none(), removed: none(), updated: none(), kept: none() };
  for (const [number, bytes] of change) {
    const told = union?.describe(number);
    if (!told) continue;
    const delta = { ...told, bytes };
    const fate = fateOf(delta);
    if (fate === 'kept' && bytes === 0) continue;
    changed.push(delta);
    totals[fate].count += 1;
    totals[fate].bytes += bytes;
  }
  return { totals, changed: changed.sort(largestFirst) };
}

export function fateOf({ before, after }: Pick<PackageDelta, 'before' | 'after'>): PackageFate {
  if (before === after) return 'kept';
  if (before === null) return 'added';
  return after === null ? 'removed' : 'updated';
}

function none(): { count: number; bytes: number } {
  return { count: 0, bytes: 0 };
}

function largestFirst(a: PackageDelta, b: PackageDelta): number {
  return (
    Math.abs(b.bytes) - Math.abs(a.bytes) ||
    compareBytes(a.name, b.name) ||
    compareBytes(a.type, b.type) ||
    compareBytes(a.architecture ?? '', b.architecture ?? '')
  );
}
