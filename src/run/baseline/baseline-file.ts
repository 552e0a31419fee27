import { DeadweightError } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import { shortCommit } from '../../baseline/git/commit.ts';
import { sentenceOf } from '../../baseline/store/refusal.ts';
import type { Snapshot } from '../../compare/snapshot.ts';
import { allAbsent, type BaselineSource, type FoundBase } from './baseline-source.ts';
import { readSnapshotFile } from './snapshot-file.ts';

interface NamedSnapshot {
  readonly path: string;
  readonly snapshot: Snapshot;
}

/**
 * Snapshots that a user keeps, one a platform. They are read at once: a wrong path is told before anything is built.
 * @param required whether a file that cannot be read is an error, or no more than the reason for no comparison
 * @throws DeadweightError `input-missing`, `snapshot-invalid`, `limit-exceeded` when it is required
 */
export async function fileBaseline(
  paths: readonly string[],
  required: boolean,
  cwd: string,
): Promise<BaselineSource> {
  const files: NamedSnapshot[] = [];
  try {
    for (const path of paths) files.push({ path, snapshot: await readSnapshotFile(path, cwd) });
  } catch (error) {
    if (required || !(error instanceof DeadweightError)) throw error;
    const message = `There is no comparison: ${sentenceOf(error)}`;
    return { find: async heads => allAbsent(heads, { code: 'baseline-file-unusable', message }) };
  }
  return {
    find: async heads => ({
      bases: heads.map(({ snapshot }) => baseFor(snapshot.platform, files)),
      build: null,
    }),
  };
}

function baseFor(platform: string, files: readonly NamedSnapshot[]): FoundBase {
  const file = files.find(({ snapshot }) => snapshot.platform === platform);
  if (!file) return { absence: otherPlatform(platform, files), notices: [] };
  const { path, snapshot } = file;
  const of = snapshot.commit === null ? '' : `, of ${shortCommit(snapshot.commit)}`;
  return { snapshot, explanation: `The base is the snapshot ${path}${of}.`, notices: [] };
}

function otherPlatform(platform: string, files: readonly NamedSnapshot[]): Notice {
  const there = files.map(({ path, snapshot }) => `${path} is of ${JSON.stringify(snapshot.platform)}`);
  return {
    code: 'base-lacks-platform',
    message: `There is no comparison: ${there.join(', ')}, and the image of ${platform}.`,
  };
}
