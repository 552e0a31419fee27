import type { Buffer } from 'node:buffer';
import { openRandomAccess, type RandomAccess } from '../../tar/random-access.ts';
import { isInside, readInside } from './inside-root.ts';
import { type LayerFolder, UnpackedFiles } from './unpacked-files.ts';

/** How the files of a store are come by. Paths are absolute. */
export interface StoreAccess {
  /** Whether it is there, and no link on the way from the root. What cannot be looked at is not there. */
  isInside(root: string, path: string): boolean;
  /** A file below the root, whole; null where there is none that may be read, or only a link to one, or a larger one. */
  readInside(root: string, path: string, maxBytes: number): Buffer | null;
  /** @throws DeadweightError as `openRandomAccess` */
  open(path: string): RandomAccess;
  /** @throws DeadweightError `input-corrupt`, `permission-denied` */
  folder(path: string): LayerFolder;
  /** Of what it holds open beside files. Twice is harmless. */
  close?(): void;
}

/** By this process itself. */
export const ownAccess: StoreAccess = {
  isInside,
  readInside,
  open: openRandomAccess,
  folder: path => new UnpackedFiles(path),
};
