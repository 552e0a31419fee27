import type { LayerScan } from '../layer/layer-scan.ts';
import { BLOCK, paddedSize } from '../tar/header.ts';
import type { ByteRange } from '../tar/random-access.ts';
import { ClaimedEntries } from './claimed-entries.ts';
import type { Codec } from './codec.ts';
import type { FileClaim } from './file-claim.ts';
import { planSegments } from './segment-plan.ts';

/** The regular files of a layer as its scan tells of them: which of them claims mean, and what cutting them out costs. */
export class LayerFiles {
  readonly #entries: ClaimedEntries;
  /** About where the regular files are in the tar: a scan does not keep how long their headers are. */
  readonly #extents: readonly ByteRange[];
  /** Bytes of the tar, about. */
  readonly tarSize: number;

  /** @param paths names that will be asked for */
  constructor({ entries }: LayerScan, paths: ReadonlySet<string>) {
    this.#entries = new ClaimedEntries(entries, paths);
    const extents: ByteRange[] = [];
    let position = 0;
    for (const { kind, size } of entries) {
      const length = BLOCK + paddedSize(size);
      if (kind === 'file') extents.push({ start: position, length });
      position += length;
    }
    this.#extents = extents;
    this.tarSize = position;
  }

  get count(): number {
    return this.#extents.length;
  }

  /** Places among the regular files, ascending; null when the claims cannot be measured. */
  find(claims: readonly FileClaim[]): readonly number[] | null {
    return this.#entries.find(claims);
  }

  isPart(claim: FileClaim): boolean {
    return this.#entries.isPart(claim);
  }

  /** Bytes that have to be compressed to learn what these files take up. */
  cost(files: readonly number[], codec: Codec): number {
    const runs = files.flatMap(file => this.#extents[file] ?? []);
    const segments = planSegments(runs, codec, this.tarSize);
    return segments.reduce((sum, { length, removed }) => sum + (2 * length - removed) * codec.weight, 0);
  }
}
