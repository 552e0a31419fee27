/** What the type flag of a header says. `other`: types that no engine unpacks. */
export type TarKind =
  | 'file'
  | 'directory'
  | 'symlink'
  | 'hardlink'
  | 'character'
  | 'block'
  | 'fifo'
  | 'other';

/** A run of stored bytes of a sparse file: where in the file they belong. Bytes. */
export interface SparseRun {
  readonly offset: number;
  readonly length: number;
}

/** One entry, with PAX records, GNU long names and sparse maps resolved. */
export interface TarHeader {
  /**
   * As written, not cleaned. Bytes that are not UTF-8 read as `\xHH`, as `readText` says.
   */
  readonly path: string;
  readonly kind: TarKind;
  /** Content bytes; logical ones for a sparse file, 0 for kinds that have no content. */
  readonly size: number;
  /** Content bytes in the tar (without padding, and without the map that a PAX 1.0 sparse file starts with). */
  readonly storedSize: number;
  /** The size that the header states, also for kinds without content. Go's `Header.Size`. */
  readonly declaredSize: number;
  /** `0o7777` of the mode. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch, with a fraction where a PAX record has one. */
  readonly mtime: number;
  /** As written; empty where there is none. */
  readonly linkname: string;
  /** In ascending order, without overlaps; present for sparse files only. */
  readonly sparse?: readonly SparseRun[];
}

/** Bytes of a tar block. */
export const BLOCK = 512;

/** Bytes with the padding up to the next block. */
export function paddedSize(bytes: number): number {
  const rest = bytes % BLOCK;
  return rest === 0 ? bytes : bytes + BLOCK - rest;
}
