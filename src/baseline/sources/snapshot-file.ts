import { resolve } from 'node:path';
import { shortCommit } from '../../base/commit.ts';
import { DeadweightError, sentenceOf, systemErrorCode, systemReason } from '../../base/errors.ts';
import { FileTooLarge, readInputFile } from '../../base/input-file.ts';
import type { Notice } from '../../base/notice.ts';
import { quote } from '../../base/untrusted-text.ts';
import { MAX_SNAPSHOT, parseSnapshot } from '../../compare/parse-snapshot.ts';
import type { Snapshot } from '../../compare/snapshot.ts';
import { absentSource, type BaselineSource, type FoundBaseline } from '../baseline-source.ts';

interface NamedSnapshot {
  readonly path: string;
  readonly snapshot: Snapshot;
}

/**
 * Snapshots that a user keeps, one a platform. They are read at once: a wrong path fails before anything is built.
 * @param required whether a file that cannot be read is an error, or no more than the reason for no comparison
 * @throws DeadweightError `input-missing`, `snapshot-invalid`, `limit-exceeded` when it is required
 */
export async function snapshotFileSource(
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
    return absentSource({ code: 'baseline-file-unusable', message });
  }
  return {
    find: async heads => ({
      baselines: heads.map(({ snapshot }) => findBaseline(snapshot.platform, files)),
      rebuilt: null,
    }),
  };
}

function findBaseline(platform: string, files: readonly NamedSnapshot[]): FoundBaseline {
  const file = files.find(({ snapshot }) => snapshot.platform === platform);
  if (!file) return { absence: otherPlatform(platform, files), notices: [] };
  const { path, snapshot } = file;
  const of = snapshot.commit === null ? '' : `, of ${shortCommit(snapshot.commit)}`;
  return { snapshot, explanation: `The base is the snapshot ${path}${of}.`, notices: [] };
}

function otherPlatform(platform: string, files: readonly NamedSnapshot[]): Notice {
  const there = files.map(({ path, snapshot }) => `${path} is of ${quote(snapshot.platform)}`);
  return {
    code: 'base-lacks-platform',
    message: `There is no comparison: ${there.join(', ')}, and the image of ${platform}.`,
  };
}

/**
 * Reads a snapshot from a file.
 * @param name as the user gave it, relative to `cwd`
 * @throws DeadweightError `input-missing`, `limit-exceeded`, `snapshot-invalid`
 */
export async function readSnapshotFile(name: string, cwd: string): Promise<Snapshot> {
  return parseSnapshot(readText(name, resolve(cwd, name)), name);
}

function readText(name: string, path: string): string {
  try {
    return readInputFile(path, { maxBytes: MAX_SNAPSHOT }).toString('utf8');
  } catch (error) {
    if (error instanceof FileTooLarge) {
      throw new DeadweightError('limit-exceeded', {
        message: `${name} is too large for a snapshot: ${error.message}.`,
        remedy: 'Give a file that deadweight wrote with --snapshot.',
        cause: error,
      });
    }
    if (systemErrorCode(error) === 'ENOENT') {
      throw new DeadweightError('input-missing', {
        message: `There is no snapshot ${name}.`,
        remedy:
          'Write one with deadweight build --snapshot FILE, or compare with an image: --baseline-image.',
        cause: error,
      });
    }
    throw new DeadweightError('input-missing', {
      message: `The snapshot ${name} cannot be read: ${systemReason(error)}.`,
      remedy: 'Give a readable file that deadweight wrote with --snapshot.',
      cause: error,
    });
  }
}
