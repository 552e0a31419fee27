import type { PackageDelta } from './comparison.ts';
import type { Snapshot, SnapshotPackage } from './snapshot.ts';

/** Versions of one package that are told by name. */
const MOST_VERSIONS = 4;

class Versions {
  readonly #versions = new Set<string>();

  add(version: string): void {
    this.#versions.add(version);
  }

  /** null when there are none. */
  toText(): string | null {
    const versions = [...this.#versions].sort();
    if (versions.length === 0) return null;
    const more = versions.length - MOST_VERSIONS;
    const told = versions.slice(0, MOST_VERSIONS).join(', ');
    return more > 0 ? `${told} and ${more} more` : told;
  }
}

interface Entry {
  readonly type: string;
  readonly name: string;
  readonly architecture: string | null;
  readonly before: Versions;
  readonly after: Versions;
}

/** The packages of two images by number. What is of one type, name and architecture is one package on both sides. */
export class PackageUnion {
  readonly #entries: Entry[] = [];
  readonly #numbers = new Map<string, number>();
  /** Numbers by the base snapshot's indexes. */
  readonly base: readonly number[];
  /** Numbers by the head snapshot's indexes. */
  readonly head: readonly number[];

  private constructor(base: readonly SnapshotPackage[], head: readonly SnapshotPackage[]) {
    this.base = base.map(each => this.#add(each, 'before'));
    this.head = head.map(each => this.#add(each, 'after'));
  }

  /** null where a side does not know its packages. */
  static of({ packages: base }: Snapshot, { packages: head }: Snapshot): PackageUnion | null {
    return base === null || head === null ? null : new PackageUnion(base, head);
  }

  /** @returns null for a number that there is not */
  describe(number: number): Omit<PackageDelta, 'bytes'> | null {
    const entry = this.#entries[number];
    if (entry === undefined) return null;
    const { type, name, architecture, before, after } = entry;
    return { type, name, architecture, before: before.toText(), after: after.toText() };
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
      this.#entries.push({ type, name, architecture, before: new Versions(), after: new Versions() });
    }
    this.#entries[number]?.[side].add(version);
    return number;
  }
}
