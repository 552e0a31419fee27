import type { Notice } from '../../base/notice.ts';
import type { SnapshotStore } from '../../baseline/store/snapshot-store.ts';

/** A store together with what it has to say. */
export interface TellingStore {
  readonly store: SnapshotStore;
  /** What it told since it was asked last. */
  readonly takeNotices: () => readonly Notice[];
}

/** Where snapshots are kept between runs. */
export interface SnapshotCache extends TellingStore {
  /** Whether it can be there at all: on an Enterprise Server none is missed. */
  readonly isExpected: boolean;
}
