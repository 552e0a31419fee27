import { z } from 'zod';
import { commitId } from './event-values.ts';

/** The pull request of an event. */
export interface PullRequest {
  readonly number: number;
  readonly headSha: string;
  readonly headRef: string;
  readonly baseSha: string;
  readonly baseRef: string;
  /** Its branch is in another repository, or in one that was deleted: the token is read-only. */
  readonly fromFork: boolean;
  readonly labels: readonly string[];
  readonly author: string;
  /** Opened by Dependabot, whose runs get a read-only token and no secrets, whatever the repository. */
  readonly isDependabot: boolean;
}

/** https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request */
export const pullRequestPayload = z.object({
  number: z.int().min(1),
  head: z.object({
    sha: commitId,
    ref: z.string(),
    repo: z.object({ full_name: z.string() }).nullish(),
  }),
  base: z.object({ sha: commitId, ref: z.string() }),
  labels: z.array(z.object({ name: z.string() })).nullish(),
  /** null: the author's account was deleted */
  user: z.object({ login: z.string() }).nullish(),
});

/** @param repository `owner/name` of the base; GitHub compares names without case. */
export function pullRequestOf(payload: z.infer<typeof pullRequestPayload>, repository: string): PullRequest {
  const author = payload.user?.login ?? '';
  return {
    number: payload.number,
    headSha: payload.head.sha,
    headRef: payload.head.ref,
    baseSha: payload.base.sha,
    baseRef: payload.base.ref,
    fromFork: payload.head.repo?.full_name.toLowerCase() !== repository.toLowerCase(),
    labels: (payload.labels ?? []).map(({ name }) => name),
    author,
    isDependabot: author === 'dependabot[bot]',
  };
}
