import { createHash } from 'node:crypto';
import { SNAPSHOT_VERSION } from '../../compare/snapshot.ts';

/** Raise it when the stored form changes (names or first line); what a snapshot holds has a version of its own. */
export const STORED_VERSION = 1;

/** What a stored snapshot depends on. Snapshots that differ in any part are never compared. */
export interface SnapshotKey {
  /** Full id of the commit, lower case: 40 hexadecimal digits, or 64 in a SHA-256 repository. */
  readonly commit: string;
  /** `linux/amd64`. */
  readonly platform: string;
  /** Stage of the Dockerfile; null builds the last. */
  readonly target: string | null;
  /** How it was measured, where that can change a figure (`build`, `docker-daemon`, `registry`, …). */
  readonly method: string;
  /** What tells this image from the others of the repository: its Dockerfile, context or title. */
  readonly image: string;
}

/** The longest part of a name that people read. With the rest it stays below the 512 characters of a cache key. */
const READABLE = 80;

/**
 * `deadweight-snapshot-v1.2-app-linux-amd64-<16 hex>-<commit>`: readable in a list of cache entries, made unique by a
 * digest of all parts, safe as a file name. The commit stands last and whole, so that no name is the start of another.
 */
export function snapshotName(key: SnapshotKey): string {
  const parts = [key.platform, key.target, key.method, key.image];
  const identity = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
  const readable = [key.image, key.target ?? '', key.platform].map(slug).filter(Boolean).join('-');
  const version = `v${STORED_VERSION}.${SNAPSHOT_VERSION}`;
  return `deadweight-snapshot-${version}-${readable.slice(0, READABLE)}-${identity}-${slug(key.commit)}`;
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^[-.]+|-+$/g, '');
}
