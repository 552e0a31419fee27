import { afterEach } from 'vitest';
import { reportArtifactName } from '../../src/github/artifact/artifact-name.ts';
import { renderJson } from '../../src/report/json.ts';
import type { Report } from '../../src/report/report.ts';
import { zipOf } from '../github/artifact/zip-fixture.ts';
import { ActionsServices } from '../support/actions-services/actions-services.ts';
import { runStep, type Step, type StepResult } from '../support/e2e/runner.ts';
import { folderOf } from '../support/folder.ts';
import { type Front, startFront } from '../support/github-server/front.ts';
import {
  type GitHubServer,
  type GitHubServerOptions,
  startGitHubServer,
} from '../support/github-server/server.ts';

export const HEAD = 'a'.repeat(40);
export const MERGE = 'd'.repeat(40);
export const MAIN = 'b'.repeat(40);
/** The run that built. */
export const BUILD_RUN = 4700;

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A repository with a pull request, the runs that built it, and the step that comments. */
export class CommentRun {
  readonly github: GitHubServer;
  readonly services: ActionsServices;
  readonly #front: Front;

  private constructor(github: GitHubServer, services: ActionsServices, front: Front) {
    this.github = github;
    this.services = services;
    this.#front = front;
  }

  /** Without options: pull request 7 of the fork `eve/app`. */
  static async start(options: GitHubServerOptions = {}): Promise<CommentRun> {
    const fork = { number: 7, headSha: HEAD, headRepository: 'eve/app', headRef: 'fix', mergeSha: MERGE };
    const github = await startGitHubServer({ pullRequests: [fork], ...options });
    ends.push(() => github.close());
    const services = await ActionsServices.start();
    ends.push(() => services.stop());
    for (const id of [BUILD_RUN, 4711]) {
      services.rest.runs.push({ id, repository: 'octo/app', backendId: `run-${id}` });
    }
    for (const token of ['ghs_write', 'ghs_read']) {
      services.rest.tokens.set(token, { repository: 'octo/app', actions: 'read' });
    }
    const front = await startFront(services, github);
    ends.push(() => front.close());
    return new CommentRun(github, services, front);
  }

  get server(): Step['server'] {
    return this.#front;
  }

  get repositoryUrl(): string {
    return `${this.#front.serverUrl}/octo/app`;
  }

  /** The report as a run of this repository makes it. */
  ofRun(report: Report, title: string, runId = BUILD_RUN): Report {
    const { os, architecture } = report.image.platform;
    const runUrl = `${this.repositoryUrl}/actions/runs/${runId}`;
    const context = { ...report.context, repositoryUrl: this.repositoryUrl, runUrl, commit: MERGE };
    return { ...report, title, key: `${title}:${os}/${architecture}`, context };
  }

  /** What a run uploaded, whoever wrote it. */
  uploaded(value: unknown, name: string, runId = BUILD_RUN): void {
    const content = typeof value === 'string' ? value : JSON.stringify(value);
    this.services.artifacts.seed(`run-${runId}`, name, zipOf([{ name: 'report.json', content }]));
  }

  reported(...reports: readonly Report[]): void {
    for (const report of reports) this.uploaded(renderJson(report), reportArtifactName(report.key));
  }

  /** Runs `mode: comment`. */
  async step(changes: Partial<Step> = {}): Promise<StepResult> {
    const inputs = { mode: 'comment', ...changes.inputs };
    const workspace = changes.workspace ?? (await folderOf());
    const event = changes.event ?? workflowRunEvent();
    return runStep({ server: this.#front, ...changes, workspace, event, inputs });
  }

  /** Bodies of the comments of the pull request. */
  comments(pullRequest = 7): readonly string[] {
    return this.github.comments(pullRequest).map(({ body }) => body);
  }
}

/** The end of a run for the pull request of a fork, as the default branch is told. */
export function workflowRunEvent(changes: Readonly<Record<string, unknown>> = {}): Step['event'] {
  const workflow_run = {
    ...{ id: BUILD_RUN, run_attempt: 1, event: 'pull_request', conclusion: 'success' },
    ...{ head_sha: HEAD, head_branch: 'fix', head_repository: { full_name: 'eve/app' }, pull_requests: [] },
    ...changes,
  };
  const payload = {
    action: 'completed',
    workflow_run,
    repository: { full_name: 'octo/app', private: false },
  };
  return { name: 'workflow_run', payload, sha: MAIN, ref: 'refs/heads/main' };
}
