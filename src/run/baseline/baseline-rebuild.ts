import type { Notice } from '../../base/notice.ts';
import { snapshotOf } from '../../compare/snapshot-of.ts';
import type { Environment } from '../environment.ts';
import { type BaseBuild, buildBase, type ChosenBase } from './base-side.ts';
import { allAbsent, type BaselineSource, type FoundBase } from './baseline-source.ts';

/** Builds the base with the head's builder, cache and FROM images: what did not change stays identical. */
export function rebuiltBaseline(
  chosen: ChosenBase,
  build: BaseBuild,
  environment: Environment,
): BaselineSource {
  return {
    async find(heads) {
      const base = await buildBase(chosen, build, environment);
      if (base.side === null) return allAbsent(heads, base.absence);
      const { side, commit, notices } = base;
      const snapshots = side.images.map(({ analysis }) => snapshotOf(analysis, commit));
      const explanation = `${base.explanation} It was built here with the same builder.`;
      const bases = heads.map(({ snapshot: { platform } }): FoundBase => {
        const snapshot = snapshots.find(each => each.platform === platform);
        if (!snapshot) return { absence: lacksPlatform(platform), notices };
        return { snapshot, explanation, notices };
      });
      return { bases, build: side.build, images: side.images.map(({ analysis }) => analysis) };
    },
  };
}

function lacksPlatform(platform: string): Notice {
  const message = `There is no comparison: the base was not built for ${platform}.`;
  return { code: 'base-lacks-platform', message };
}
