import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { folderOf } from '../folder.ts';
import type { GitHubServer } from '../github-server/server.ts';
import { type Ended, runNode } from './child-process.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** What a runner starts. DEADWEIGHT_ACTION names the source instead, while it is worked on. */
const PROGRAM = process.env['DEADWEIGHT_ACTION'] ?? join(ROOT, 'dist/index.js');

const POST = process.env['DEADWEIGHT_ACTION'] ?? join(dirname(PROGRAM), 'post.js');

const actionSchema = z.object({
  inputs: z.record(z.string(), z.object({ default: z.string().optional() })),
  outputs: z.record(z.string(), z.unknown()),
  runs: z.object({ main: z.literal('dist/index.js'), post: z.literal('dist/post.js') }),
});

export interface Step {
  /** The checkout. */
  readonly workspace: string;
  readonly event: {
    readonly name: string;
    readonly payload: unknown;
    readonly sha: string;
    readonly ref: string;
  };
  /** `with:` of the step; the others have the defaults of action.yml. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly server: Pick<GitHubServer, 'url' | 'serverUrl'>;
  /** Of the job: where docker is. Without DOCKER_HOST there is no engine. */
  readonly env?: Readonly<Record<string, string>>;
  readonly program?: string;
}

export interface StepResult extends Ended {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** RUNNER_TEMP. */
  readonly temporary: string;
}

/** The names of all outputs that action.yml promises. */
export async function outputNames(): Promise<readonly string[]> {
  return Object.keys((await actionFile()).outputs);
}

/** What a runner starts for a step. */
export interface StepProcess {
  readonly program: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** A file or folder of the job: `temp`, `output`, `summary.md`. */
  at(name: string): string;
}

/** @param home of the job, for steps that share one */
export async function stepProcess(step: Step, home?: string): Promise<StepProcess> {
  const folder = home ?? (await folderOf());
  const at = (name: string): string => join(folder, name);
  for (const name of ['temp', 'tools']) await mkdir(at(name), { recursive: true });
  for (const name of ['output', 'summary.md', 'env', 'path', 'state']) await writeFile(at(name), '');
  await writeFile(at('event.json'), JSON.stringify(step.event.payload));
  const env = {
    ...(await inputVariables(step)),
    ...{ PATH: process.env['PATH'] ?? '', HOME: folder, CI: 'true', GIT_CONFIG_NOSYSTEM: '1' },
    ...{ GITHUB_ACTIONS: 'true', GITHUB_ACTION: 'weigh', GITHUB_ACTION_PATH: ROOT, RUNNER_OS: 'Linux' },
    ...{
      GITHUB_REPOSITORY: 'octo/app',
      GITHUB_RUN_ID: '4711',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_RUN_NUMBER: '9',
    },
    ...{ GITHUB_WORKFLOW: 'CI', GITHUB_JOB: 'image', GITHUB_ACTOR: 'octocat', GITHUB_HEAD_REF: 'feature' },
    ...{ GITHUB_EVENT_NAME: step.event.name, GITHUB_SHA: step.event.sha, GITHUB_REF: step.event.ref },
    ...{ GITHUB_API_URL: step.server.url, GITHUB_SERVER_URL: step.server.serverUrl },
    ...{ GITHUB_GRAPHQL_URL: step.server.url.replace(/(\/api)?(\/v3)?$/, '$1/graphql') },
    ...{ GITHUB_WORKSPACE: step.workspace, GITHUB_EVENT_PATH: at('event.json') },
    ...{ GITHUB_OUTPUT: at('output'), GITHUB_STEP_SUMMARY: at('summary.md'), GITHUB_ENV: at('env') },
    ...{ GITHUB_PATH: at('path'), GITHUB_STATE: at('state') },
    ...{ RUNNER_TEMP: at('temp'), RUNNER_TOOL_CACHE: at('tools'), RUNNER_ARCH: 'X64' },
    DOCKER_HOST: 'unix:///nonexistent/docker.sock',
    ...step.env,
  };
  return { program: step.program ?? PROGRAM, cwd: step.workspace, env, at };
}

/** Runs the Action as a runner runs a step. */
export async function runStep(step: Step, home?: string): Promise<StepResult> {
  const { program, cwd, env, at } = await stepProcess(step, home);
  const ended = await runNode(program, [], { cwd, env });
  return {
    ...ended,
    outputs: await outputsOf(at('output')),
    summary: await readFile(at('summary.md'), 'utf8'),
    temporary: at('temp'),
  };
}

/**
 * Runs what the runner starts once more when the job's other steps are over.
 * @param home of the job, in which the step ran
 */
export async function runPost(step: Step, home: string): Promise<StepResult> {
  const saved = fileCommands(await readFile(join(home, 'state'), 'utf8'));
  const state = Object.fromEntries(Object.entries(saved).map(([name, value]) => [`STATE_${name}`, value]));
  return runStep({ ...step, program: POST, env: { ...step.env, ...state } }, home);
}

async function inputVariables({ inputs = {}, token = 'ghs_write' }: Step): Promise<Record<string, string>> {
  const known = (await actionFile()).inputs;
  const unknown = Object.keys(inputs).filter(name => !(name in known));
  if (unknown.length > 0) throw new Error(`action.yml has no input ${unknown.join(', ')}`);
  return Object.fromEntries(
    Object.entries(known).map(([name, input]) => {
      const value = inputs[name] ?? (input.default ?? '').replace(/\$\{\{ github\.token \}\}/, token);
      return [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value];
    }),
  );
}

async function actionFile(): Promise<z.infer<typeof actionSchema>> {
  return actionSchema.parse(parse(await readFile(join(ROOT, 'action.yml'), 'utf8')));
}

/** @param path of GITHUB_OUTPUT */
export async function outputsOf(path: string): Promise<Readonly<Record<string, string>>> {
  return fileCommands(await readFile(path, 'utf8'));
}

/** `name<<DELIMITER`, the value, the delimiter: as the runner reads GITHUB_OUTPUT. */
function fileCommands(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const [, name, delimiter] = /^([^=<]+)<<(.+)$/.exec(lines[index] ?? '') ?? [];
    if (name === undefined || delimiter === undefined) continue;
    const end = lines.indexOf(delimiter, index + 1);
    if (end < 0) throw new Error(`the output ${name} does not end`);
    outputs[name] = lines.slice(index + 1, end).join('\n');
    index = end;
  }
  return outputs;
}

/**
 * Lines that a runner takes for commands: those it was to get are named by `kinds`.
 * Source: actions/runner, src/Runner.Common/ActionCommand.cs
 */
export function forgedCommands(stdout: string, ...kinds: readonly string[]): readonly string[] {
  return stdout.split(/\r\n|\r|\n/).filter(line => {
    const command = /^\s*::([^\s:]*)/.exec(line)?.[1];
    if (command !== undefined) return !kinds.includes(command);
    return line.includes('##[');
  });
}

interface Commits {
  readonly head: string;
  readonly left: string;
  readonly merge: string;
}

/**
 * Somebody reviews the pull request.
 * @see https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request_review: it has no number of its own
 */
export function reviewEvent(commits: Commits, fork = false): Step['event'] {
  const { payload, ...event } = pullRequestEvent(commits, fork);
  const { action: _action, number: _number, ...rest } = z.looseObject({}).parse(payload);
  const review = { id: 80, state: 'approved', body: null, user: { login: 'ada' }, commit_id: commits.head };
  return { ...event, name: 'pull_request_review', payload: { ...rest, action: 'submitted', review } };
}

/** The event of a pull request from a branch of the same repository, or from a fork. */
export function pullRequestEvent({ head, left, merge }: Commits, fork = false): Step['event'] {
  const pull_request = {
    ...{ number: 7, labels: [], user: { login: 'octocat' }, state: 'open' },
    head: { sha: head, ref: 'feature', repo: { full_name: fork ? 'stranger/app' : 'octo/app' } },
    base: { sha: left, ref: 'main', repo: { full_name: 'octo/app' } },
  };
  return {
    name: 'pull_request',
    payload: { action: 'synchronize', number: 7, pull_request, repository: { full_name: 'octo/app' } },
    sha: merge,
    ref: 'refs/pull/7/merge',
  };
}
