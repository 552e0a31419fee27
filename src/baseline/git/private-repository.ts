import { copyFile, mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeadweightError, messageOf } from '../../base/errors.ts';
import type { Git } from './git.ts';
import type { GitSetting } from './git-variables.ts';

/** What a checkout depends on beside the commit, in the git directory of a clone. */
const COPIED = ['shallow', 'info/sparse-checkout', 'info/attributes'] as const;

/** Settings that git may only read for one git directory (`includeIf`), and that fetching needs. */
const OF_FETCHING = /^(?:http|credential|url|remote|core\.sshcommand)(?:\.|$)/i;

/** The folder of all that a run made. */
export function privateRepositories(temporaryDir: string): string {
  return join(temporaryDir, 'git');
}

/**
 * Makes a git directory of our own that sees the objects and the settings of a clone. What is fetched, deepened and
 * checked out goes there: nothing of the clone changes, and what is left when a run is killed lies in its temporary folder.
 * @param temporaryDir an existing folder
 * @returns git in the clone's folder, over that directory
 * @throws DeadweightError `git-failed`
 */
export async function makePrivateRepository(clone: Git, temporaryDir: string): Promise<Git> {
  const parent = privateRepositories(temporaryDir);
  await mkdir(parent, { recursive: true });
  const folder = await makeBaselineFolder(parent, 'of-');
  const directory = join(folder, 'git');
  const tree = join(folder, 'tree');
  await mkdir(tree);
  const pathOf = (name: string): Promise<string> =>
    clone.run(['rev-parse', '--path-format=absolute', '--git-path', name]);
  const own = clone.with({ GIT_DIR: directory, GIT_WORK_TREE: tree, GIT_INDEX_FILE: join(folder, 'index') });
  const format = await clone.attempt(['config', '--get', 'extensions.objectFormat']);
  await initRepository(clone, directory, format.stdout.trim() === 'sha256' ? 'sha256' : 'sha1');
  await mkdir(join(directory, 'info'), { recursive: true });
  await mkdir(join(directory, 'objects/info'), { recursive: true });
  await writeFile(join(directory, 'objects/info/alternates'), `${quotePath(await pathOf('objects'))}\n`);
  for (const name of COPIED) {
    await copyFile(await pathOf(name), join(directory, name)).catch(() => undefined);
  }
  for (const name of ['config', 'config.worktree']) {
    await own.run([
      'config',
      '--file',
      join(directory, 'config'),
      '--add',
      'include.path',
      await pathOf(name),
    ]);
  }
  // Behind what was included: the last word counts.
  await own.run(['config', '--file', join(directory, 'config'), '--add', 'core.bare', 'false']);
  const head = await clone.attempt(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  // What is there need not be sent again.
  if (head.exitCode === 0) await own.run(['update-ref', 'refs/deadweight/head', head.stdout.trim()]);
  return own.withSettings(await missingSettings(clone, own));
}

/** Makes a git directory, whatever this machine makes by default: ids as its objects have them, and refs as files. */
export async function initRepository(git: Git, directory: string, format: 'sha1' | 'sha256'): Promise<void> {
  const own = git.with({ GIT_DEFAULT_HASH: format, GIT_DEFAULT_REF_FORMAT: 'files' });
  await own.run(['init', '--quiet', '--bare', '--template=', directory]);
}

/** A new folder for the files of a base, or a git directory. */
export async function makeBaselineFolder(parent: string, prefix: string): Promise<string> {
  try {
    return await mkdtemp(join(await realpath(parent), prefix));
  } catch (cause) {
    throw new DeadweightError('git-failed', {
      message: `No folder for the base could be made in ${parent}: ${messageOf(cause)}.`,
      remedy:
        'Free some space there, or point TMPDIR (RUNNER_TEMP in a workflow) at a folder that can be written.',
      cause,
    });
  }
}

/** As `objects/info/alternates` has it where a plain line would be misread. */
export function quotePath(path: string): string {
  if (!/["\\\n\r]|^#/.test(path)) return path;
  const escaped = path.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r');
  return `"${escaped}"`;
}

/** Settings that the clone's own git directory alone gets: tokens are among them. */
async function missingSettings(clone: Git, own: Git): Promise<readonly GitSetting[]> {
  const rest = await readSettings(own);
  const missing: GitSetting[] = [];
  for (const [key, values] of await readSettings(clone)) {
    if (!OF_FETCHING.test(key)) continue;
    const there = [...(rest.get(key) ?? [])];
    for (const value of values) {
      const at = there.indexOf(value);
      if (at < 0) missing.push([key, value]);
      else there.splice(at, 1);
    }
  }
  return missing;
}

async function readSettings(git: Git): Promise<ReadonlyMap<string, readonly string[]>> {
  const settings = new Map<string, string[]>();
  const listed = await git.attempt(['config', '--list', '--includes', '-z']);
  for (const entry of listed.stdout.split('\0')) {
    const end = entry.indexOf('\n');
    if (end < 0) continue;
    const key = entry.slice(0, end);
    const values = settings.get(key);
    if (values === undefined) settings.set(key, [entry.slice(end + 1)]);
    else values.push(entry.slice(end + 1));
  }
  return settings;
}
