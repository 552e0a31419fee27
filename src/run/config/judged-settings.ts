import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DeadweightError } from '../../base/errors.ts';
import { pathInside } from '../../base/inside-path.ts';
import type { Notice } from '../../base/notice.ts';
import { printable } from '../../base/untrusted-text.ts';
import { type BaselineCommit, findClonedCommit } from '../../baseline/baseline-commit.ts';
import type { CommitRequest } from '../../baseline/baseline-request.ts';
import type { CheckoutContext, CheckoutPlace } from '../../baseline/git/checkout.ts';
import { findBlob, findEntries, readBlob } from '../../baseline/git/committed-file.ts';
import { SUBMODULE_MODE } from '../../baseline/git/tracked-files.ts';
import { parseDockerfile } from '../../dockerfile/dockerfile.ts';
import { readIgnoreComments } from '../../dockerfile/ignore-comment.ts';
import { CONFIG_FILE_NAMES, type ReadConfigFile, readCheckedOut } from './config-file.ts';
import { DIVE_CI, resolveSettings, type SettingOptions, type Settings } from './settings.ts';
import { describeChanges } from './settings-change.ts';

/** What there is to judge a pull request by. */
export interface SettingsRequest {
  readonly options: SettingOptions;
  /** Of the working copy. */
  readonly settings: Settings;
  /** Of the event: what a step compares with may be another commit. */
  readonly commit: CommitRequest;
  readonly checkout: CheckoutPlace;
  /** As seen from the working directory; null where the checkout has none that is built. */
  readonly dockerfile: string | null;
}

/**
 * The settings that a run is held to. A pull request has no say in its own budgets, rules and comments that ignore
 * findings: files that it changes count as its baseline has them. A file that no commit of it changes counts as it lies there, whoever wrote it.
 */
export async function judgeSettings(request: SettingsRequest, context: CheckoutContext): Promise<Settings> {
  const { settings, options, commit, checkout, dockerfile } = request;
  if (commit.kind !== 'pull-request' || checkout.top === null) return settings;
  try {
    const found = await findClonedCommit(commit, context, checkout.folder);
    if ('absence' in found) {
      // What is checked out is not of the pull request.
      return found.absence.code === 'base-is-head' ? settings : await judgedByHead(request, context);
    }
    const files = await openFiles(found, checkout.top, context.cwd);
    const judged = await resolveSettings(options, context.cwd, files.read);
    const notice = noticeChanges(settings, judged, new Map(files.changed));
    const text = dockerfile === null ? null : await files.read(dockerfile);
    const baselineIgnores =
      dockerfile === null ? null : readIgnoreComments(parseDockerfile(text ?? '', dockerfile)).comments;
    const decisions = { ...judged.decisions, baselineIgnores };
    return withNotice({ ...judged, decisions, title: settings.title }, [notice]);
  } catch (error) {
    if (error instanceof DeadweightError) return judgedByHead(request, context);
    throw error;
  }
}

function withNotice(settings: Settings, notices: readonly (Notice | null)[]): Settings {
  return { ...settings, notices: [...settings.notices, ...notices.filter(notice => notice !== null)] };
}

/** A file of the configuration that the pull request changes. */
interface ChangedFile {
  readonly path: string;
  readonly isInBaseline: boolean;
}

/** Reads the files that a pull request changes as its baseline has them, and lists these. */
async function openFiles(
  { repository, commit }: BaselineCommit,
  top: string,
  cwd: string,
): Promise<{ readonly read: ReadConfigFile; readonly changed: ReadonlyMap<string, ChangedFile> }> {
  await repository.ensureCommit(commit);
  const objects = await repository.objects();
  const head = await repository.head();
  const here = await realpath(cwd);
  const checkedOut = readCheckedOut(cwd, [cwd, top]);
  const changed = new Map<string, ChangedFile>();
  return {
    changed,
    async read(path) {
      const named = resolve(here, path);
      const inside = pathInside(top, named);
      if (inside === null) return checkedOut(path);
      // Git follows no absolute link, and no link to a folder that has one: what it leads to here is compared as well.
      const target = pathInside(top, await realpath(named).catch(() => named)) ?? inside;
      const entries = await findEntries(objects, head, inside);
      const before = await findBlob(objects, commit, inside);
      if (entries.some(entry => entry.startsWith(SUBMODULE_MODE))) throw ofSubmodule(path);
      const isUnchanged =
        isDeepStrictEqual(entries, await findEntries(objects, commit, inside)) &&
        (await findBlob(objects, head, inside)) === before &&
        (target === inside ||
          (await findBlob(objects, head, target)) === (await findBlob(objects, commit, target)));
      if (isUnchanged) return checkedOut(path);
      changed.set(path, { path, isInBaseline: before !== null });
      return before === null ? null : readBlob(objects, before);
    },
  };
}

function ofSubmodule(path: string): DeadweightError {
  return new DeadweightError('git-failed', {
    message: `${path} is a file of a submodule, of which the base is not read.`,
    remedy: 'Keep it in the repository that the workflow is of.',
  });
}

function noticeChanges(
  head: Settings,
  judged: Settings,
  files: ReadonlyMap<string, ChangedFile>,
): Notice | null {
  const changes = describeChanges(judged, head);
  if (changes === null) return null;
  const names = [...files.values()].map(({ path }) => printable(path)).join(' and ');
  const isKnown = [...files.values()].some(({ isInBaseline }) => isInBaseline);
  const by = isKnown ? "by the base's file" : 'as the base is, which has no such file';
  const message = `This pull request ${changes} in ${names}; it is judged ${by}.`;
  return { code: 'config-of-baseline', message };
}

/** Where there is no file there is nothing to say: only the baseline could tell that it had one. */
async function judgedByHead(
  { settings, options, checkout: { top } }: SettingsRequest,
  { cwd }: CheckoutContext,
): Promise<Settings> {
  const read = readCheckedOut(cwd, top === null ? [cwd] : [cwd, top]);
  const dive = options['dive-ci'] === false ? [] : [options['dive-ci'] ?? DIVE_CI];
  const named = [...(options.config === null ? CONFIG_FILE_NAMES : [options.config]), ...dive];
  const there: string[] = [];
  for (const path of named) {
    if ((await read(path).catch(() => null)) !== null) there.push(printable(path));
  }
  if (there.length === 0) return settings;
  const message = `The base's ${there.join(' and ')} could not be read, so the pull request's own holds it: it may change its own budgets and rules.`;
  return withNotice(settings, [{ code: 'config-of-head', message }]);
}
