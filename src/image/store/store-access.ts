import type { Buffer } from 'node:buffer';
import { openRandomAccess, type RandomAccess } from '../../tar/random-access.ts';
import { isReal, readReal, realRoot } from './real-path.ts';
import { type LayerFolder, layerChanged, UnpackedFiles } from './unpacked-files.ts';

/** How the files of a store are read. Paths are absolute. */
export interface StoreAccess {
  /** @throws DeadweightError as `openRandomAccess` */
  open(path: string): RandomAccess;
  /** @throws DeadweightError `input-corrupt`, `permission-denied` */
  folder(path: string): LayerFolder;
  /** Of what it holds open beside files. Twice is harmless. */
  close?(): void;
}

/** That of an engine's store: no link is followed, at the end of a path or on the way from the root. */
export interface EngineAccess extends StoreAccess {
  /** The root as all paths begin; null where there is none. */
  realRoot(root: string): string | null;
  /** Whether it is there, and nothing on the way is a link. What cannot be looked at is not there. */
  isReal(path: string): boolean;
  /** A file, whole; null where there is none that may be read, or only by way of a link, or a larger one. */
  readReal(path: string, maxBytes: number): Buffer | null;
}

/** By this process itself. */
export const ownAccess: EngineAccess = {
  realRoot,
  isReal,
  readReal,
  open(path) {
    if (!isReal(path)) throw layerChanged(path);
    return openRandomAccess(path, { followsLink: false });
  },
  folder: path => new UnpackedFiles(path, { followsLinks: false }),
};

/** The same in a store whose links are the image's own, and that no engine stands beside. */
export const podmanAccess: StoreAccess = {
  open: path => openRandomAccess(path),
  folder: path => new UnpackedFiles(path, { followsLinks: true }),
};
