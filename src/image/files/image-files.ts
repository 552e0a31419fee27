import type { LayerReader, StoredLayer } from '../layer-reader.ts';

/** The named files that make an image on a medium: a directory, an archive, a stream. */
export interface ImageFiles {
  /** What the user called it, for messages: `app.tar`. */
  readonly name: string;
  /** Whether a regular file is there (links inside the medium followed). */
  has(path: string): boolean;
  /**
   * A document, whole.
   * @returns null when it is not there
   * @throws DeadweightError `limit-exceeded` when it is larger than a document may be.
   */
  read(path: string): Uint8Array | null;
  /** Names at the top, for messages about what was found instead; at most a few. */
  list(): readonly string[];
  /** A reader of layers whose `path` are files here. It owns the medium from now on. */
  reader(layers: readonly StoredLayer[]): LayerReader;
  /** Releases the medium when no reader took it over. Twice is harmless. */
  close(): void;
}
