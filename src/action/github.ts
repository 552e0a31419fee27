import { systemErrorCode } from '../base/errors.ts';
import { readInputFile } from '../base/input-file.ts';
import type { GitHubApi } from '../github/api.ts';
import { type GitHubEvent, readEvent } from '../github/event.ts';
import { octokitApi } from '../github/octokit-api.ts';

/**
 * The event that started the run, as the runner wrote it down.
 * @throws DeadweightError as `readEvent`
 */
export async function runnerEvent(env: Readonly<Record<string, string | undefined>>): Promise<GitHubEvent> {
  return readEvent(env, payloadOf(env['GITHUB_EVENT_PATH']));
}

/** GitHub's payloads have at most 25 MB. Bytes. */
const MAX_PAYLOAD = 64 * 1024 * 1024;

/** An empty object where there is no file. */
function payloadOf(path: string | undefined): string {
  try {
    return path ? readInputFile(path, { maxBytes: MAX_PAYLOAD }).toString('utf8') : '{}';
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return '{}';
    throw error;
  }
}

/** GitHub's API for the repository of the event. One for a run: it remembers how long nobody answered. */
export function githubApi(token: string, { apiUrl, repository }: GitHubEvent): GitHubApi {
  const sleep = (milliseconds: number): Promise<void> => new Promise(wake => setTimeout(wake, milliseconds));
  return octokitApi({ token, apiUrl, repository, clock: { now: () => Date.now() }, sleep });
}
