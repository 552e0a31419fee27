import { afterEach, expect, it, vi } from 'vitest';
import { renderJson } from '../../src/report/json.ts';
import type { Report } from '../../src/report/report.ts';
import { zipOf } from '../github/artifact/zip-fixture.ts';
import { failing } from '../report/reports.ts';
import { Canaries, contentsOf, type Places } from '../support/canaries/canaries.ts';
import { type EchoRule, echoingFront } from '../support/canaries/echoing-front.ts';
import { runStep, type StepResult } from '../support/e2e/runner.ts';
import { folderOf } from '../support/folder.ts';
import { BUILD_RUN, CommentRun, HEAD, MERGE, workflowRunEvent } from './comment-run.ts';

/** Each case starts a Node. */
vi.setConfig({ testTimeout: 60_000 });

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

interface PlantedRun {
  readonly run: CommentRun;
  /** The server, of which some answers are echoes. */
  readonly url: string;
  readonly token: string;
  report(title: string): Report;
}

/** @param canaries get the token, too */
async function startRun(canaries: Canaries, rule: EchoRule): Promise<PlantedRun> {
  const token = canaries.plant('github-token');
  const fork = { number: 7, headSha: HEAD, headRepository: 'eve/app', headRef: 'fix', mergeSha: MERGE };
  const account = { login: 'github-actions[bot]', type: 'Bot', access: 'write' } as const;
  const run = await CommentRun.start({ pullRequests: [fork], tokens: { [token]: account } });
  run.services.rest.tokens.set(token, { repository: 'octo/app', actions: 'read' });
  const front = await echoingFront(run.server.serverUrl, rule);
  ends.push(() => front.close());
  const url = `http://${front.host}`;
  return {
    run,
    url,
    token,
    report(title) {
      const report = run.ofRun(failing(), title);
      const repositoryUrl = `${url}/octo/app`;
      const context = {
        ...report.context,
        repositoryUrl,
        runUrl: `${repositoryUrl}/actions/runs/${BUILD_RUN}`,
      };
      return { ...report, context };
    },
  };
}

/** Runs `mode: comment` with values planted wherever a workflow may have some. */
async function commentStep(
  canaries: Canaries,
  { run, url, token }: PlantedRun,
): Promise<{ readonly ended: StepResult; readonly places: Places }> {
  const [home, workspace] = [await folderOf(), await folderOf()];
  const inputs = {
    mode: 'comment',
    secrets: `id=${canaries.plant('secrets')}`,
    'secret-envs': 'id2=PLAIN',
    'build-args': `NPM_TOKEN=${canaries.plant('build-args')}`,
    'build-contexts': `x=https://user:${canaries.plant('build-contexts')}@127.0.0.1:9/r.git`,
    ssh: `default=${await folderOf({ key: canaries.plant('a key of ssh') })}/key`,
    markdown: 'posted.md',
    expected: 'other',
  };
  const env = {
    PLAIN: canaries.plant('secret-envs'),
    GITHUB_TOKEN: canaries.plant('GITHUB_TOKEN'),
    MY_PASSWORD: canaries.plant('MY_PASSWORD'),
    ACTIONS_RUNTIME_TOKEN: canaries.plant('ACTIONS_RUNTIME_TOKEN'),
    HTTPS_PROXY: `http://user:${canaries.plant('HTTPS_PROXY')}@127.0.0.1:9`,
    NO_PROXY: '127.0.0.1',
  };
  const server = { url, serverUrl: url };
  const event = workflowRunEvent();
  const ended = await runStep({ workspace, event, server, token, inputs, env }, home);
  // Of requests the address and the body: a token is in a header.
  const requests = run.github.requests.map(
    ({ path, query, body }, index) => [`${index} ${path}`, `${query} ${body}`] as const,
  );
  const places = {
    stdout: ended.stdout.replace(/^::add-mask::.*$/gm, ''),
    stderr: ended.stderr,
    ...Object.fromEntries(requests),
    ...(await contentsOf(workspace)),
    ...(await contentsOf(home)),
  };
  return { ended, places };
}

const NOTHING: EchoRule = { matches: /^never/, status: 500 };

it.each<readonly [string, EchoRule]>([
  ['nothing', NOTHING],
  ['the search for its pull request', { matches: /\/pulls\b|\/commits\//, status: 403 }],
  ['the list of artifacts', { matches: /\/artifacts\b(?!.*\/zip)/, status: 403 }],
  ['the list of artifacts, which is not found', { matches: /\/artifacts\b(?!.*\/zip)/, status: 404 }],
  ['an artifact', { matches: /\/zip$/, status: 403 }],
  ['an artifact, which has gone', { matches: /\/zip$/, status: 410 }],
  ['the list of comments', { matches: /^GET .*\/comments/, status: 401 }],
  ['the comment', { matches: /^POST .*\/comments/, status: 422 }],
  ['the comment, which is forbidden', { matches: /^POST .*\/comments/, status: 403 }],
  ['all', { matches: /./, status: 401 }],
])(
  'a comment, its log and its files tell nothing when GitHub repeats what it was sent: %s',
  async (_name, rule) => {
    const canaries = new Canaries();
    const started = await startRun(canaries, rule);
    const { run } = started;
    run.reported(started.report('app'));
    const { ended, places } = await commentStep(canaries, started);
    expect(ended.stderr).toBe('');
    expect(ended.stdout).not.toContain('has a bug');
    if (rule === NOTHING) expect(run.comments()).toHaveLength(1);
    expect(canaries.sources.length).toBeGreaterThan(8);
    expect(canaries.find(places)).toEqual([]);
  },
);

it('a comment, its log and its files tell nothing that lies beside what is shown of a received report', async () => {
  const canaries = new Canaries();
  const started = await startRun(canaries, NOTHING);
  const { run } = started;
  const good = JSON.parse(renderJson(started.report('app')));
  const beside = { env: { TOKEN: canaries.plant('an unknown field') }, ...good };
  run.uploaded(beside, 'deadweight-report-app');
  run.uploaded(`{"schemaVersion": ${canaries.plant('no JSON')}`, 'deadweight-report-broken');
  run.uploaded({ ...good, image: canaries.plant('no image') }, 'deadweight-report-other');
  run.uploaded({ ...good, key: 'app2', schemaVersion: canaries.plant('no version') }, 'deadweight-report-v');
  const more = [
    { name: 'report.json', content: renderJson(started.report('third')) },
    { name: '.docker/config.json', content: canaries.plant('another file') },
  ];
  run.services.artifacts.seed(`run-${BUILD_RUN}`, 'deadweight-report-third', zipOf(more));
  const { ended, places } = await commentStep(canaries, started);
  expect(ended.code).toBe(0);
  expect(run.comments()[0]).toContain('app');
  expect(ended.summary).toContain('was not shown');
  expect(canaries.find(places)).toEqual([]);
});
