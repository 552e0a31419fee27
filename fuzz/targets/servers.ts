import { Buffer } from 'node:buffer';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { GitHubApi } from '../../src/github/api.ts';
import { listRunArtifacts } from '../../src/github/artifact/run-artifacts.ts';
import type { RestAccess } from '../../src/github/bounded-request.ts';
import { findCacheEntry } from '../../src/github/cache/cache-service.ts';
import { isMergeOf } from '../../src/github/merge-commit.ts';
import { octokitApi } from '../../src/github/octokit-api.ts';
import { EngineClient } from '../../src/image/engine/engine-client.ts';
import { EngineConnection } from '../../src/image/engine/engine-connection.ts';
import { mutateJsonBytes } from '../mutators/json.ts';
import type { Random } from '../random.ts';
import { SCRATCH } from '../scratch.ts';
import { accept, settledOutcomeOf, type Target } from '../target.ts';

/** An answer, as an input tells it: its status and type on the first line, then its body. */
interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

let answer: Answer = { status: 200, type: 'text/plain', body: Buffer.alloc(0) };
const servers = new Map<string, Promise<Server>>();

/** A server of this process that gives the answer of the case to everything. @param place a path, or a port */
function listen(place: string | number): Promise<Server> {
  const known = servers.get(String(place));
  if (known !== undefined) return known;
  const server = createServer((request, response) => {
    request.resume();
    const isPing = request.url === '/_ping';
    response.writeHead(isPing ? 200 : answer.status, {
      'content-type': answer.type,
      ...(isPing ? { 'api-version': '1.51' } : {}),
    });
    response.end(isPing ? 'OK' : answer.body);
  });
  const listening = new Promise<Server>(resolve => {
    server.listen(typeof place === 'string' ? { path: place } : { port: place, host: '127.0.0.1' }, () =>
      resolve(server),
    );
  });
  server.unref();
  servers.set(String(place), listening);
  return listening;
}

function answerOf(input: Buffer): Answer {
  const end = Math.max(input.indexOf(0x0a), 0);
  const [status = '', type = ''] = input.toString('latin1', 0, end).split(' ');
  return { status: Number(status) || 200, type, body: input.subarray(end + 1) };
}

function answerText(seeds: readonly string[], random: Random): Buffer {
  const status = random.oneIn(6) ? random.pick([201, 204, 302, 403, 404, 422, 500]) : 200;
  const type = random.oneIn(10) ? 'text/html' : 'application/json';
  return Buffer.concat([Buffer.from(`${status} ${type}\n`), mutateJsonBytes(seeds, random)]);
}

const COMMIT = 'a'.repeat(40);
const PULL = {
  number: 1,
  state: 'open',
  head: { sha: COMMIT, repo: { full_name: 'acme/app' } },
  base: { ref: 'main', sha: COMMIT },
  merge_commit_sha: COMMIT,
};
/** On an issue, and on lines of a diff. */
const COMMENT = {
  id: 1,
  node_id: 'IC_1',
  html_url: 'https://github.com/acme/app/pull/1#issuecomment-1',
  body: 'x',
  user: { login: 'a[bot]', type: 'Bot' },
  path: 'Dockerfile',
  side: 'RIGHT',
  line: 3,
  start_line: 2,
  in_reply_to_id: 1,
};
/** What every reader of one thing takes something of. */
const ALL = {
  ...COMMENT,
  ...PULL,
  filename: 'Dockerfile',
  patch: '@@ -0,0 +1 @@\n+FROM a',
  parents: [{ sha: COMMIT }, { sha: COMMIT }],
  sha: COMMIT,
  object: { type: 'commit', sha: COMMIT },
  tree: { sha: COMMIT },
  encoding: 'base64',
  content: 'eHh4\neA==',
  total_count: 1,
  artifacts: [{ id: 5, name: 'a', size_in_bytes: 9, expired: false, digest: null }],
  ok: true,
  signed_download_url: 'https://storage.example/x',
  matched_key: 'key',
  data: {
    viewer: { login: 'a[bot]' },
    node: { userContentEdits: { nodes: [{ diff: 'x' }, null] } },
  },
};
const GITHUB_ANSWERS = [
  ALL,
  [ALL, { ...ALL, user: null }],
  {
    sha: COMMIT,
    tree: [{ path: 'a', mode: '100644', type: 'blob', sha: COMMIT, size: 5 }],
    truncated: false,
  },
  PULL,
  [{ ...COMMENT, ...PULL }],
  { data: ALL.data, errors: [{ message: 'no' }] },
  { message: 'no', errors: ['no'] },
].map(value => JSON.stringify(value));

async function isAny(pages: AsyncIterable<readonly unknown[]>): Promise<boolean> {
  let count = 0;
  for await (const page of pages) count += page.length;
  return count > 0;
}

const HEAD = { owner: 'acme', branch: 'main', sha: COMMIT };
const DRAFT = { path: 'Dockerfile', startLine: 1, endLine: 2, body: 'x' };

/** What asks GitHub through Octokit. */
const OCTOKIT_READERS = new Map<string, (api: GitHubApi) => Promise<unknown>>([
  ['viewer', api => api.viewer()],
  ['getPullRequest', api => api.getPullRequest(1)],
  ['findPullRequests', async api => (await api.findPullRequests(HEAD)).length > 0],
  ['listComments', api => isAny(api.listComments(1))],
  ['getComment', api => api.getComment(1)],
  ['createComment', api => api.createComment(1, 'x')],
  ['updateComment', api => api.updateComment(1, 'x')],
  ['deleteComment', async api => (await api.deleteComment(1)) === undefined],
  ['commentHistory', async api => (await api.commentHistory('IC_1')).length > 0],
  ['files', ({ reviews }) => isAny(reviews.files(1))],
  ['fileAt', ({ reviews }) => reviews.fileAt(1, 0)],
  ['comments', ({ reviews }) => isAny(reviews.comments(1))],
  ['post', async ({ reviews }) => (await reviews.post(1, COMMIT, [DRAFT])) === undefined],
  ['update', async ({ reviews }) => (await reviews.update(1, 'x')) === undefined],
  ['branchTip', ({ git }) => git.branchTip('a')],
  ['treeOf', ({ git }) => git.treeOf(COMMIT)],
  ['listTree', ({ git }) => git.listTree('a')],
  ['readBlob', ({ git }) => git.readBlob(COMMIT)],
  ['createTree', ({ git }) => git.createTree(null, [])],
  ['createCommit', ({ git }) => git.createCommit('x', COMMIT, [])],
  ['createBranch', async ({ git }) => (await git.createBranch('a', COMMIT)) === undefined],
  ['moveBranch', async ({ git }) => (await git.moveBranch('a', COMMIT)) === undefined],
  ['remove', async ({ reviews }) => (await reviews.remove(1)) === undefined],
]);

let api: GitHubApi | null = null;

/** One for all cases: it takes time to make. It asks twice, and waits for nothing. */
function octokitOf(apiUrl: string): GitHubApi {
  const repository = { owner: 'acme', name: 'app' };
  const options = { token: 't', apiUrl, repository, clock: { now: () => 0 }, sleep: async () => {} };
  api ??= octokitApi({ ...options, maxAttempts: 2 });
  return api;
}

const github: Target = {
  name: 'github-answers',
  parsers: [
    'github/artifact/run-artifacts.ts',
    'github/bounded-request.ts',
    'github/merge-commit.ts',
    'github/cache/cache-service.ts',
    'github/history/octokit-git-data.ts',
    'github/octokit-answer.ts',
    'github/octokit-api.ts',
    'github/octokit-client.ts',
    'github/request-error.ts',
    'github/review/octokit-reviews.ts',
  ],
  accepts: ['listRunArtifacts', 'findCacheEntry', 'isMergeOf', ...OCTOKIT_READERS.keys()],
  holds: 'nothing more',
  maxMs: 2000,
  generate: random => answerText(GITHUB_ANSWERS, random),
  async check(input) {
    const address = (await listen(0)).address() as AddressInfo;
    const apiUrl = `http://127.0.0.1:${address.port}`;
    answer = answerOf(input);
    const access: RestAccess = { apiUrl, token: 't', repository: 'acme/app', firstWaitMs: 0 };
    const signal = AbortSignal.timeout(60_000);
    const readers: Readonly<Record<string, () => Promise<unknown>>> = {
      listRunArtifacts: async () => (await listRunArtifacts(access, 1, signal)).length > 0,
      findCacheEntry: () =>
        findCacheEntry({ url: apiUrl, token: 't' }, { key: 'key', version: 'v', signal, firstWaitMs: 0 }),
      isMergeOf: () => isMergeOf(access, { sha: COMMIT, pullRequest: 1, headSha: COMMIT }, signal),
    };
    const ofOctokit = octokitOf(apiUrl);
    const all = [
      ...Object.entries(readers),
      ...[...OCTOKIT_READERS].map(([name, read]) => [name, () => read(ofOctokit)] as const),
    ];
    const ask = async ([name, read]: (typeof all)[number]): Promise<void> => {
      const outcome = await settledOutcomeOf(read);
      accept(name, outcome !== 'github-request-failed' && outcome);
    };
    await Promise.all(all.map(ask));
  },
};

const ENGINE_ANSWERS = [
  { Id: `sha256:${'a1'.repeat(32)}`, Os: 'linux', Architecture: 'amd64', RootFS: { Layers: [] } },
  [{ CreatedBy: 'RUN make', Comment: '', Created: 1_700_000_000, Size: 5 }],
  { DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] },
  { message: 'No such image: x' },
].map(value => JSON.stringify(value));

const engines: Target = {
  name: 'engines',
  parsers: ['image/engine/engine-client.ts', 'image/engine/engine-connection.ts', 'image/chunk-pipe.ts'],
  accepts: ['inspect', 'history', 'info', 'save'],
  holds: 'nothing more',
  maxMs: 2000,
  generate: random => answerText(ENGINE_ANSWERS, random),
  async check(input) {
    const path = join(SCRATCH, 'engine.sock');
    await listen(path);
    answer = answerOf(input);
    const endpoint = { kind: 'socket', path, text: `unix://${path}`, origin: 'the default' } as const;
    const client = await EngineClient.connect(new EngineConnection(endpoint, {}));
    const readers: Readonly<Record<string, () => Promise<unknown>>> = {
      inspect: () => client.inspect('app:1'),
      history: async () => (await client.history('app:1')).length > 0,
      info: () => client.info(),
      async save() {
        let bytes = 0;
        for await (const chunk of client.save('app:1', null)) bytes += chunk.length;
        return bytes > 0;
      },
    };
    for (const [name, read] of Object.entries(readers)) {
      const outcome = await settledOutcomeOf(read);
      accept(name, typeof outcome !== 'string' && outcome);
    }
    client.close();
  },
};

export const SERVER_TARGETS: readonly Target[] = [github, engines];
