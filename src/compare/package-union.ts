import { compareBytes } from '../analysis/byte-order.ts';
import type { PackageDelta, PackageFate, PackageTotals } from './comparison.ts';
import type { Snapshot, SnapshotPackage } from './snapshot.ts';
import { versionsText } from './versions-text.ts';

/** Signed bytes by the numbers of a union. */
export type PackageChange = ReadonlyMap<number, number>;

interface Entry {
  readonly type: string;
  readonly name: string;
  readonly architecture: string | null;
  readonly before: Set<string>;
  readonly after: Set<string>;
}

/** The packages of two images by number. What is of one type, name and architecture is one package on both sides. */
export class PackageUnion {
  readonly #entries: Entry[] = [];
  readonly #numbers = new Map<string, number>();
  /** Numbers by the base snapshot's indexes. */
  readonly baseline: readonly number[];
  /** Numbers by the head snapshot's indexes. */
  readonly head: readonly number[];

  private constructor(baseline: readonly SnapshotPackage[], head: readonly SnapshotPackage[]) {
    this.baseline = baseline.map(each => this.#add(each, 'before'));
    this.head = head.map(each => this.#add(each, 'after'));
  }

  /** null where one of them does not know its packages. */
  static of({ packages: baseline }: Snapshot, { packages: head }: Snapshot): PackageUnion | null {
    return baseline === null || head === null ? null : new PackageUnion(baseline, head);
  }

  /** @returns null for a number that there is not */
  describe(number: number): Omit<PackageDelta, 'bytes'> | null {
    const entry = this.#entries[number];
    if (entry === undefined) return null;
    const { type, name, architecture, before, after } = entry;
    return { type, name, architecture, before: versionsText(before), after: versionsText(after) };
  }

  get numbers(): readonly number[] {
    return this.#entries.map((_entry, number) => number);
  }

  #add([type, name, version, architecture]: SnapshotPackage, side: 'before' | 'after'): number {
    const key = JSON.stringify([type, name, architecture]);
    const known = this.#numbers.get(key);
    const number = known ?? this.#entries.length;
    if (known === undefined) {
      this.#numbers.set(key, number);
      this.#entries.push({ type, name, architecture, before: new Set<string>(), after: new Set<string>() });
    }
    this.#entries[number]?.[side].add(version);
    return number;
  }
}

interface PackageSummary {
  readonly totals: PackageTotals;
  /** Those whose bytes or version changed, largest first by absolute bytes. */
  readonly changed: readonly PackageDelta[];
}

/** What became of the packages of a union whose bytes changed so. */
export function summarizePackages(change: PackageChange, union: PackageUnion | null): PackageSummary {
  const changed: PackageDelta[] = [];
  const totals = { added: none(), removed: none(), updated: none(), kept: none() };
  for (const [number, bytes] of change) {
    const described = union?.describe(number);
    if (!described) continue;
    const delta = { ...described, bytes };
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
