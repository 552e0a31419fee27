import type { Notice, NoticeCode } from '../../src/base/notice.ts';
import type { BaselineHead, BaselineSource, FoundBaseline } from '../../src/baseline/baseline-source.ts';
import type { HeadSurroundings } from '../../src/baseline/head-surroundings.ts';
import type { SnapshotKey } from '../../src/baseline/store/snapshot-key.ts';
import type { SnapshotCache } from '../../src/baseline/store/snapshot-store.ts';
import { analysisOfSnapshot } from '../../src/compare/analysis-of-snapshot.ts';
import type { Snapshot } from '../../src/compare/snapshot.ts';
import { fakeSnapshot } from '../support/fabricate/snapshot.ts';

export function headOf(platform: `linux/${string}` = 'linux/amd64'): BaselineHead {
  const snapshot = fakeSnapshot(null, platform);
  const key = { platform, target: null, method: 'build oci', image: 'app' };
  return { analysis: analysisOfSnapshot(snapshot), snapshot, key };
}

/** Nothing of them but what a commit holds. */
export const ofCommit: HeadSurroundings = async heads => heads.map(() => null);

/** Files of the checkout in each. */
export const ofCheckout: HeadSurroundings = async heads => heads.map(() => noticeOf('uncommitted-files'));

export function foundAs(explanation: string, ...codes: readonly NoticeCode[]): FoundBaseline {
  return { snapshot: fakeSnapshot('1'.repeat(40)), explanation, notices: codes.map(noticeOf) };
}

export function absentAs(code: NoticeCode, ...codes: readonly NoticeCode[]): FoundBaseline {
  const absence: Notice = { code, message: `There is no comparison: ${code}.` };
  return { absence, notices: codes.map(noticeOf) };
}

export function noticeOf(code: NoticeCode): Notice {
  return { code, message: `${code}.` };
}

export interface CountedSource extends BaselineSource {
  asked: number;
}

export function sourceOf(...baselines: readonly FoundBaseline[]): CountedSource {
  return {
    asked: 0,
    async find() {
      this.asked += 1;
      return { baselines, rebuilt: null };
    },
  };
}

export interface FakeStore extends Pick<SnapshotCache, 'store' | 'takeNotices'> {
  /** Commits that were asked for, by platform: `linux/amd64 0a`. */
  readonly asked: string[];
  /** What the next request tells. */
  readonly notices: Notice[];
}

/** @param held snapshots by their commit: of every image, for their platform */
export function storeOf(held: Readonly<Record<string, Snapshot>>): FakeStore {
  const [asked, notices]: [string[], Notice[]] = [[], []];
  const read = (key: SnapshotKey): Snapshot | null => {
    asked.push(`${key.platform} ${key.commit.slice(-2)}`);
    const snapshot = held[key.commit];
    return snapshot?.platform === key.platform ? snapshot : null;
  };
  return {
    asked,
    notices,
    takeNotices: () => notices.splice(0),
    store: {
      async get(key, ancestors = []) {
        for (const commit of [key.commit, ...ancestors]) {
          const snapshot = read({ ...key, commit });
          if (snapshot) return { snapshot, commit, match: commit === key.commit ? 'exact' : 'ancestor' };
        }
        return null;
      },
      put: async () => undefined,
    },
  };
}
