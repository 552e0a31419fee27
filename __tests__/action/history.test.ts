import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { server } from '../github/server-fixture.ts';
import { runStep, type StepResult } from '../support/e2e/runner.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { folderOf } from '../support/folder.ts';
import type { GitHubServer } from '../support/github-server/server.ts';

/** Each step starts a Node of its own. */
vi.setConfig({ testTimeout: 60_000 });

const BRANCH = 'deadweight-history';

/** A step on a push of `main`, of an image with so many bytes. */
async function pushed(
  github: GitHubServer,
  bytes: number,
  commit: string,
  token?: string,
): Promise<StepResult> {
  const workspace = await folderOf({ Dockerfile: 'FROM scratch\n' });
  const image = await fabricateImage({
    tags: ['app:1'],
    steps: [{ createdBy: 'COPY . / # buildkit', layer: { app: file(bytes) } }],
  });
  await writeFile(join(workspace, 'app.tar'), await dockerArchive([image]));
  const sha = commit.repeat(40);
  const payload = {
    head_commit: { id: sha, message: 'Grow (#12)', timestamp: '2026-01-02T03:04:05Z' },
    repository: { default_branch: 'main', private: false },
  };
  return runStep({
    workspace,
    event: { name: 'push', payload, sha, ref: 'refs/heads/main' },
    server: github,
    inputs: { image: 'docker-archive:app.tar', title: 'app', history: 'true' },
    ...(token === undefined ? {} : { token }),
  });
}

it('pushes are recorded, and the summary draws them', async () => {
  const github = await server();
  expect(await pushed(github, 4_000_000, 'a')).toMatchObject({ code: 0, stderr: '' });
  const ended = await pushed(github, 9_000_000, 'b');
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.summary).toContain('xychart-beta');
  expect(ended.summary).toContain('/octo/app/pull/12');
  const files = [...github.git.files(BRANCH)];
  expect(files.map(([name]) => name)).toEqual([
    expect.stringMatching(/^app.*\.ndjson$/),
    expect.stringMatching(/^app.*\.svg$/),
  ]);
  expect(files[0]?.[1].trim().split('\n')).toHaveLength(2);
  expect(files[1]?.[1]).toContain('9.0 MB');
});

it('a step without the permission ends as it would have, with a notice', async () => {
  const github = await server();
  const ended = await pushed(github, 4_000_000, 'a', 'ghs_read');
  expect(ended.code).toBe(0);
  expect(ended.stdout).toMatch(/^::warning::The weight was not written .*permissions: contents: write/m);
  expect(ended.summary).toContain('The weight was not written');
});
