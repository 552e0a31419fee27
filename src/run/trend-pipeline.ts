import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { DeadweightError, systemReason } from '../base/errors.ts';
import { readInputFile } from '../base/input-file.ts';
import type { Notice } from '../base/notice.ts';
import { printable } from '../base/untrusted-text.ts';
import { Git, type GitContext } from '../baseline/git/git.ts';
import { chooseImages } from '../trend/chosen-images.ts';
import { isHistoryFile, MAX_HISTORY_BYTES } from '../trend/history.ts';
import { type HistoryFile, readHistoryFiles } from '../trend/history-files.ts';
import { makeTrendReport, type TrendReport } from '../trend/trend-report.ts';
import type { Environment } from './environment.ts';
import { VERSION } from './version.ts';

export interface TrendCommand {
  /** As a report calls it; null for all. */
  readonly image: string | null;
  /** A history, or a folder of them; null reads the branch of the clone. */
  readonly path: string | null;
  /** Without refs/heads/. */
  readonly branch: string;
}

/** Images whose histories are read, the first by the names of their files. */
const MAX_FILES = 500;

/** Histories of a branch or a folder. */
interface FoundFiles {
  readonly files: readonly HistoryFile[];
  /** Histories beyond those that are read. */
  readonly leftOut: number;
}

/**
 * What the histories of images tell, which lie in a branch of the clone or in files.
 * @throws DeadweightError `usage`, `input-missing`, `git-failed`
 */
export async function readTrend(
  { image, path, branch }: TrendCommand,
  { cwd, exec, env, clock }: Pick<Environment, 'cwd' | 'exec' | 'env' | 'clock'>,
): Promise<TrendReport> {
  const { files, leftOut } =
    path === null ? await filesOfBranch(branch, cwd, { exec, env }) : filesAt(resolve(cwd, path));
  const now = clock.now();
  const { images, notices } = readHistoryFiles(files, now);
  const chosen = chooseImages(images, image, leftOut);
  return makeTrendReport(chosen, [...notices, ...leftOutNotice(leftOut)], VERSION, now);
}

function leftOutNotice(leftOut: number): readonly Notice[] {
  if (leftOut === 0) return [];
  return [
    {
      code: 'histories-left-out',
      message: `Of ${MAX_FILES + leftOut} histories the first ${MAX_FILES} by name are read. Name the file of another with --history.`,
    },
  ];
}

function filesAt(path: string): FoundFiles {
  try {
    if (!statSync(path).isDirectory())
      return { files: [{ name: basename(path), text: textAt(path) }], leftOut: 0 };
    const names = readdirSync(path).filter(isHistoryFile).toSorted();
    const files = names.slice(0, MAX_FILES).map(name => fileAt(path, name));
    return { files, leftOut: names.length - files.length };
  } catch (cause) {
    throw new DeadweightError('input-missing', {
      message: `The history ${path} cannot be read: ${systemReason(cause)}.`,
      remedy: 'Name a file of the history branch, or the folder of a checkout of it.',
      cause,
    });
  }
}

function fileAt(folder: string, name: string): HistoryFile {
  try {
    return { name, text: textAt(join(folder, name)) };
  } catch (error) {
    return { name, text: null, why: systemReason(error) };
  }
}

function textAt(path: string): string {
  return readInputFile(path, { maxBytes: MAX_HISTORY_BYTES }).toString('utf8');
}

/** As git lists them: mode, type, object, size, name. */
const ENTRY = /^(\d{6}) (\w+) ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/;

async function filesOfBranch(branch: string, cwd: string, context: GitContext): Promise<FoundFiles> {
  const git = new Git(context, cwd);
  const commit = await findBranch(git, branch);
  const listed = await git.run(['ls-tree', '--full-tree', '-l', '-z', commit]);
  const files: HistoryFile[] = [];
  let leftOut = 0;
  for (const line of listed.split('\0')) {
    const [, mode = '', type = '', object = '', size = '', name = ''] = ENTRY.exec(line) ?? [];
    if (!isHistoryFile(name)) continue;
    if (files.length === MAX_FILES) leftOut += 1;
    else if (type !== 'blob' || mode === LINK) files.push({ name, text: null });
    else if (Number(size) > MAX_HISTORY_BYTES)
      files.push({
        name,
        text: null,
        why: `it has ${size} bytes, and at most ${MAX_HISTORY_BYTES} are read`,
      });
    else files.push({ name, text: await git.run(['cat-file', 'blob', object]) });
  }
  return { files, leftOut };
}

/** The mode of a symbolic link. */
const LINK = '120000';

/** What was fetched last is newer than a branch that somebody made here. */
async function findBranch(git: Git, branch: string): Promise<string> {
  await git.run(['rev-parse', '--git-dir']);
  for (const ref of [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`]) {
    const found = await git.attempt(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
    if (found.exitCode === 0) return found.stdout.trim();
  }
  const name = printable(branch);
  throw new DeadweightError('input-missing', {
    message: `The branch ${name} is not in this clone.`,
    remedy: `Run git fetch origin ${name}:refs/remotes/origin/${name}, or name files of it with --history; the input \`history\` of the Action makes the branch.`,
  });
}
