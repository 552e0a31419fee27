import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { deadweight } from '../support/e2e/command-line.ts';
import { dockerEnv, fresh, SMALL_BASE, STORES } from '../support/e2e/engines.ts';
import { docker } from '../support/e2e/four-ways.ts';
import { pushed } from '../support/e2e/pushed-image.ts';
import { reportIn } from '../support/e2e/report-file.ts';
import { pullRequestEvent, runStep } from '../support/e2e/runner.ts';
import { folderOf } from '../support/folder.ts';
import { pullRequest } from '../support/git/pull-request.ts';
import { checkout } from '../support/git/repository.ts';
import { startGitHubServer } from '../support/github-server/server.ts';

const run = promisify(execFile);
const registry = process.env['DEADWEIGHT_REGISTRY'] ?? '';

/** Its third line is deleted by its fifth: 4 MB that one layer would not have. */
function dockerfileOf(name: string, ...more: readonly string[]): string {
  const lines = [
    `FROM ${SMALL_BASE}`,
    `RUN echo ${name} > /x`,
    'RUN head -c 4000000 /dev/urandom > /archive',
    'RUN head -c 1000000 /archive > /kept',
    'RUN rm /archive',
    ...more,
  ];
  return `${lines.join('\n')}\n`;
}

describe.each(STORES)('a build that is squashed on %s', (store, engine = '') => {
  const it_ = it.skipIf(engine === '' || registry === '');
  const tags: string[] = [];
  afterAll(async () => {
    for (const tag of tags) await docker(engine, 'rmi', '-f', tag).catch(() => undefined);
  });

  it_('is told, compared, loaded and pushed as one layer, and its causes by their lines', async () => {
    const name = fresh();
    const [first, second] = ['a', 'b'].map(tag => `${registry}/deadweight-e2e-squash:${name}-${tag}`);
    const base = dockerfileOf(name);
    const head = dockerfileOf(name, 'RUN head -c 700000 /dev/urandom > /new');
    const remote = await pullRequest({ Dockerfile: base }, { Dockerfile: head });
    const pullRequests = [{ number: 7, headSha: remote.head, baseSha: remote.left }];
    const server = await startGitHubServer({ pullRequests });
    try {
      const workspace = await checkout(remote.origin, 'refs/pull/7/merge');
      const json = join(await folderOf(), 'report.json');
      const inputs = { tags: `${first}\n${second}`, push: 'true', squash: 'own', json, 'max-size': '1GB' };
      const step = { workspace, server, env: dockerEnv(engine), inputs, event: pullRequestEvent(remote) };
      const ended = await runStep(step);
      expect(ended, ended.stdout).toMatchObject({ code: 0 });
      const report = await reportIn(json);
      const { layers, squashed, comparison } = report;
      expect(squashed).toMatchObject({
        ranges: [{ first: 1, last: 5, size: 1_700_000 + name.length + 1, saving: { bytes: 4_000_000 } }],
        before: { layerCount: 6 },
      });
      expect(layers.map(({ origin }) => origin)).toEqual(['base', 'own']);
      expect(comparison?.delta).toMatchObject({ size: 700_000, layerCount: 0, wastedBytes: 0 });
      expect(comparison?.causes).toMatchObject([
        { bytes: 700_000, head: [{ layer: 1, instruction: { startLine: 6 } }] },
      ]);
      const body = server.comments(7)[0]?.body ?? '';
      expect(body).toContain('Squashed, 6 → 2 layers');
      expect(body).toContain('Dockerfile:6');
      for (const tag of [first, second]) {
        expect(await pushed(tag ?? '')).toEqual({
          digest: ended.outputs['digest'],
          diffIds: layers.map(({ diffId }) => diffId),
        });
      }
      expect(ended.outputs).toMatchObject({ layers: '2', 'layers-delta': '0', 'size-delta': '700000' });
      const metadata: unknown = JSON.parse(ended.outputs['metadata'] ?? '');
      expect(metadata).toMatchObject({
        'containerimage.digest': ended.outputs['digest'],
        'image.name': `${first},${second}`,
      });
    } finally {
      await server.close();
    }
  });

  async function asked(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('docker', args, { env: { ...process.env, DOCKER_HOST: engine } });
    return stdout.trim();
  }

  async function build(Dockerfile: string, ...args: readonly string[]) {
    const cwd = await folderOf({ Dockerfile });
    const json = join(await folderOf(), 'report.json');
    const ended = await deadweight(['build', '--json', json, ...args, '.'], { cwd, env: dockerEnv(engine) });
    return { ...ended, json, cwd };
  }

  it_('runs under its tag, and goes to no registry over budget', async () => {
    const tag = `${registry}/deadweight-e2e-squash:${fresh()}`;
    tags.push(tag);
    const dockerfile = dockerfileOf(tag, 'CMD ["/bin/sh", "-c", "cat /x; test ! -e /archive"]');
    const args = ['-t', tag, '--squash', '2..4', '--load', '--push', '--max-size', '1kB'];
    const ended = await build(dockerfile, ...args);
    expect(ended, ended.stderr).toMatchObject({ code: 1 });
    expect(ended.stdout).toContain('The image was not pushed: it is over budget.');
    expect(await pushed(tag)).toBeNull();
    expect(await asked('run', '--rm', tag)).toBe(tag);
    const { image, squashed } = await reportIn(ended.json);
    expect(squashed?.ranges).toMatchObject([{ first: 2, last: 4, saving: { bytes: 4_000_000 } }]);
    const id = await asked('image', 'inspect', '--format', '{{.Id}}', tag);
    expect([image.imageId, image.manifestDigest]).toContain(id);
  });

  it_('that names layers which are not there merges those that are, and says so', async () => {
    const dockerfile = dockerfileOf(fresh());
    const clipped = await build(dockerfile, '--squash', '3..99');
    expect(clipped, clipped.stderr).toMatchObject({ code: 0 });
    expect(clipped.stdout).toContain('only layers 3..4 were merged.');
    const none = await build(dockerfile, '--squash', '80..99');
    expect(none.stdout).toContain('no layers were merged.');
    expect((await reportIn(none.json)).image.layerCount).toBe(5);
    const wrong = await build(dockerfile, '--squash', '3..5,5..6');
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
  });

  it.skipIf(engine === '' || store === 'overlay2')('goes to the outputs that there are', async () => {
    const out = await folderOf();
    const dockerfile = dockerfileOf(fresh());
    const [archive, files] = [join(out, 'app.tar'), join(out, 'files')];
    const outputs = ['-o', `type=oci,dest=${archive}`, '-o', `type=local,dest=${files}`];
    const ended = await build(dockerfile, '--squash', 'own', ...outputs);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect((await readFile(join(files, 'kept'))).length).toBe(1_000_000);
    const again = join(out, 'again.json');
    const args = ['inspect', `oci-archive:${archive}`, '--json', again];
    const inspected = await deadweight(args, { cwd: out, env: dockerEnv(engine) });
    expect(inspected, inspected.stderr).toMatchObject({ code: 0 });
    const [written, told] = [await reportIn(again), await reportIn(ended.json)];
    expect(
      written.layers.map(({ diffId, digest, size, compressedSize }) => [
        diffId,
        digest,
        size,
        compressedSize,
      ]),
    ).toEqual(
      told.layers.map(({ diffId, digest, size, compressedSize }) => [diffId, digest, size, compressedSize]),
    );
    expect(written.image.imageId).toBe(told.image.imageId);
    expect(written.image.manifestDigest).toBe(told.image.manifestDigest);
    expect(written.efficiency).toMatchObject({ wastedBytes: told.efficiency.wastedBytes });
    expect(written.dive).toEqual(told.dive);
  });
});
