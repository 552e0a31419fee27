import type { InstalledPackage } from './installed-package.ts';
import type { FoundPackage } from './package-reader.ts';
import type { PackagedFile } from './packaged-image.ts';

/** Adds up the visible files of a package. */
export class PackageTally {
  readonly #found: FoundPackage;
  readonly #sourceLayer: number;
  readonly #layers = new Map<number, number>();
  #bytes = 0;
  #fileCount = 0;
  #package: InstalledPackage | null = null;

  /** @param sourceLayer index of the layer that holds the file which declares the package */
  constructor(found: FoundPackage, sourceLayer: number) {
    this.#found = found;
    this.#sourceLayer = sourceLayer;
  }

  add({ bytes, layer }: PackagedFile): void {
    this.#bytes += bytes;
    this.#fileCount += 1;
    this.#layers.set(layer, (this.#layers.get(layer) ?? 0) + bytes);
  }

  /** Made when it is first asked for: nothing is to be added after that. */
  get package(): InstalledPackage {
    this.#package ??= this.#describe();
    return this.#package;
  }

  #describe(): InstalledPackage {
    const { type, name, version, architecture, path, isDevelopment, recordBytes, relations } = this.#found;
    const parts = [...this.#layers].sort(([a], [b]) => a - b);
    if (parts.length === 0) parts.push([this.#sourceLayer, 0]);
    return {
      type,
      name,
      version,
      architecture,
      path,
      bytes: this.#bytes,
      layers: parts.map(([layer]) => layer),
      layerBytes: parts.map(([, bytes]) => bytes),
      fileCount: this.#fileCount,
      isDevelopment,
      recordBytes,
      relations,
    };
  }
}
