import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { downloadReports } from '../../../src/github/artifact/report-download.ts';
import { ActionsServices } from '../../support/actions-services/actions-services.ts';
import { runClient } from '../../support/actions-services/client-process.ts';

const repository = 'octo/app';
const findBy = {
  token: 'writer',
  workflowRunId: 42,
  repositoryOwner: 'octo',
  repositoryName: 'app',
};

let services: ActionsServices;
let folder: string;

beforeAll(async () => {
  services = await ActionsServices.start();
  services.rest.runs.push({ id: 42, repository, backendId: 'run-42' });
  services.rest.tokens.set('writer', { repository, actions: 'write' });
  folder = await mkdtemp(join(tmpdir(), 'artifact-client-'));
  await mkdir(join(folder, 'up'));
  await mkdir(join(folder, 'temp'));
  await writeFile(join(folder, 'up', 'a.txt'), 'alpha\n');
});
afterAll(async () => {
  await services.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => services.faults.clear());

function runner(runBackendId = 'run-42'): Readonly<Record<string, string>> {
  return {
    ...services.runnerEnv({ scopes: [], runBackendId, jobBackendId: 'job-1' }),
    RUNNER_TEMP: join(folder, 'temp'),
    GITHUB_WORKSPACE: folder,
    HOME: folder,
  };
}

const upload = (name: string) => ({
  do: 'upload',
  name,
  files: [join(folder, 'up', 'a.txt')],
  root: join(folder, 'up'),
});

describe('@actions/artifact against the fake services', () => {
  it('uploads, lists, downloads and deletes in its own run; a name is taken once', async () => {
    const { results } = await runClient(
      'artifact-client.ts',
      [upload('one'), upload('one'), { do: 'list' }],
      runner(),
    );
    const [artifact] = services.artifacts.artifacts;
    expect(results).toEqual([
      { id: artifact?.id, size: artifact?.size, digest: artifact?.digest?.slice('sha256:'.length) },
      { error: expect.stringContaining('(409) Conflict: an artifact with this name already exists') },
      { artifacts: [expect.objectContaining({ name: 'one', id: artifact?.id, digest: artifact?.digest })] },
    ]);
    const into = join(folder, 'down');
    const download = { do: 'download', id: artifact?.id, path: into, expectedHash: artifact?.digest };
    const more = await runClient('artifact-client.ts', [download, { do: 'delete', name: 'one' }], runner());
    expect(more.results).toEqual([{ downloadPath: into, digestMismatch: false }, { id: artifact?.id }]);
    expect(await readFile(join(into, 'a.txt'), 'utf8')).toBe('alpha\n');
    expect(services.artifacts.artifacts).toEqual([]);
  });

  it('finds and downloads from another run through the REST API', async () => {
    await runClient('artifact-client.ts', [upload('two')], runner());
    const artifact = services.artifacts.artifacts.find(({ name }) => name === 'two');
    const into = join(folder, 'down-rest');
    const { results } = await runClient(
      'artifact-client.ts',
      [
        { do: 'list', findBy },
        { do: 'download', id: artifact?.id, path: into, expectedHash: artifact?.digest, findBy },
      ],
      runner('run-43'),
    );
    expect(results).toEqual([
      { artifacts: [expect.objectContaining({ name: 'two', size: artifact?.size })] },
      { downloadPath: into, digestMismatch: false },
    ]);
    expect(await readFile(join(into, 'a.txt'), 'utf8')).toBe('alpha\n');
  });
});

describe('a report', () => {
  const report = (name: string, timeoutMs?: number) => ({ do: 'upload', name, json: '{"a":1}', timeoutMs });
  const outcome = (result: unknown, notices: readonly unknown[]) =>
    expect.objectContaining({ result, notices });
  const notWritten = (reason: string) => ({
    code: 'artifact-not-written',
    message: expect.stringContaining(reason),
  });

  it('that one run uploads is read by another, and leaves no files', async () => {
    const sent = await runClient(
      'store-client.ts',
      [report('deadweight-report-x'), report('deadweight-report-x')],
      runner(),
    );
    expect(sent.results).toEqual([
      outcome(expect.any(Number), []),
      outcome(null, [notWritten('Give each leg of a matrix')]),
    ]);
    expect(await readdir(join(folder, 'temp'))).toEqual([]);
    const access = { apiUrl: services.url, token: 'writer', repository };
    const [read] = await downloadReports(access, 42, 'deadweight-report-*', told =>
      expect.fail(told.message),
    );
    // The client packs them as they are read.
    expect([...(read?.texts ?? [])].sort()).toEqual([
      ['report.json', '{"a":1}'],
      ['report.md', '# Report\n'],
    ]);
  });

  it('that cannot be uploaded is a notice', async () => {
    services.faults.add({ match: 'CreateArtifact', effect: 'hang', times: 1 });
    services.faults.add({ match: 'FinalizeArtifact', effect: 403, times: 1 });
    const { results } = await runClient('store-client.ts', [report('hangs', 500), report('fails')], runner());
    expect(results).toEqual([
      outcome(null, [notWritten('no answer in time')]),
      outcome(null, [notWritten('(403)')]),
    ]);
  });

  it('that a `run` step wants to upload is a notice that says where it can', async () => {
    const { results } = await runClient('store-client.ts', [report('nowhere')], {
      RUNNER_TEMP: join(folder, 'temp'),
    });
    expect(results).toEqual([outcome(null, [notWritten('Use the Action')])]);
  });
});
