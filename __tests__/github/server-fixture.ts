import { afterEach } from 'vitest';
import type { GitHubApi } from '../../src/github/api.ts';
import type { CommentRequest } from '../../src/github/comment.ts';
import { octokitApi } from '../../src/github/octokit-api.ts';
import {
  type GitHubServer,
  type GitHubServerOptions,
  startGitHubServer,
} from '../support/github-server/server.ts';

export const HEAD = 'a'.repeat(40);
export const NEWER = 'c'.repeat(40);
export const BASE = 'b'.repeat(40);
export const BOT = { login: 'github-actions[bot]', type: 'Bot' } as const;

const open: GitHubServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(server => server.close()));
});

/** A server that is closed after the test. */
export async function server(options?: GitHubServerOptions): Promise<GitHubServer> {
  const started = await startGitHubServer(options);
  open.push(started);
  return started;
}

export interface FakeTime {
  /** Milliseconds slept, one number a wait. */
  readonly waits: number[];
  readonly clock: { now(): number };
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Sleeping takes no time and moves the clock. */
export function fakeTime(start = Date.UTC(2026, 0, 1)): FakeTime {
  let now = start;
  const waits: number[] = [];
  return {
    waits,
    clock: { now: () => now },
    sleep: async milliseconds => {
      waits.push(milliseconds);
      now += milliseconds;
    },
  };
}

export function apiOf(github: GitHubServer, token = 'ghs_write', time: FakeTime = fakeTime()): GitHubApi {
  const { clock, sleep } = time;
  return octokitApi({
    token,
    apiUrl: github.url,
    repository: { owner: 'octo', name: 'app' },
    clock,
    sleep,
  });
}

export function requestOf(changes: Partial<CommentRequest> = {}): CommentRequest {
  return {
    pullRequest: 7,
    body: '### app: +1 MB',
    key: 'app',
    isFormerKey: () => false,
    images: null,
    headSha: HEAD,
    baseSha: BASE,
    run: '100-1',
    policy: 'always',
    significance: { changed: true, failed: false },
    ...changes,
  };
}
