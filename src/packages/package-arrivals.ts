import type { JsonValue } from '../layer/json-value.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { apkReader } from './apk-reader.ts';
import { dpkgReader } from './dpkg/dpkg-reader.ts';
import type { InstalledPackage, PackageType } from './installed-package.ts';
import { readItems, readName, textField } from './package-reader.ts';
import { rpmReader } from './rpm/rpm-reader.ts';

/** Package managers of the system, whose databases name everything that is installed. */
const READERS = [dpkgReader, apkReader, rpmReader] as const;

/** Whether a collector reads what is installed on the system: databases that each step writes anew. */
export function isSystemDatabase(collector: string): boolean {
  return READERS.some(reader => reader.collector.id === collector);
}

/** By which layer the system's packages came into an image: the first from which on they were always there. */
export class PackageArrivals {
  /** By database, by name. */
  readonly #layers = new Map<string, Map<string, number>>();

  /** @param scans lowest first; made with PACKAGE_COLLECTORS */
  constructor(scans: readonly Pick<LayerScan, 'collected'>[]) {
    for (const [layer, { collected }] of scans.entries()) {
      for (const { collector } of READERS) {
        // The later of two in one layer is the one that is there.
        const databases = new Map(collected[collector.id]?.map(({ path, value }) => [path, value]));
        for (const [path, value] of databases) this.#read(path, value, layer);
      }
    }
  }

  /** Index of the layer; null for what no system's database names. */
  layerOf({ type, path, name }: Pick<InstalledPackage, 'type' | 'path' | 'name'>): number | null {
    return isOfSystem(type) ? (this.#layers.get(path)?.get(name) ?? null) : null;
  }

  #read(path: string, value: JsonValue, layer: number): void {
    const before = this.#layers.get(path);
    const names = new Map<string, number>();
    for (const item of readItems(value)) {
      const name = readName(textField(item, 'name'));
      if (name !== null) names.set(name, before?.get(name) ?? layer);
    }
    if (names.size > 0) this.#layers.set(path, names);
  }
}

function isOfSystem(type: PackageType): boolean {
  return READERS.some(reader => reader.type === type);
}
