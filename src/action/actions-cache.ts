import type { Log } from '../base/log.ts';
import type { Notice } from '../base/notice.ts';
import { ActionsCacheStore } from '../github/cache/actions-cache-store.ts';
import { cacheAccess } from '../github/cache/cache-service.ts';
import type { SnapshotCache } from '../run/baseline/snapshot-cache.ts';
import type { Environment } from '../run/environment.ts';

/** The Actions cache of the job. */
export function actionsCache(env: Environment['env'], homeDir: string, log: Log): SnapshotCache {
  let notices: Notice[] = [];
  const store = new ActionsCacheStore({ env, homeDir, log, notice: told => void notices.push(told) });
  return {
    store,
    takeNotices() {
      const told = notices;
      notices = [];
      return told;
    },
    isExpected: 'service' in cacheAccess(env, 'read'),
  };
}
