import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { digestHex } from '../../src/base/digest.ts';
import { COMMAND_LINE } from '../support/e2e/child-process.ts';
import { deadweight, expectRefusal } from '../support/e2e/command-line.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { type FabricatedImage, fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { archiveOf, blobPath, type FileSet, ociLayout, writeFiles } from '../support/fabricate/oci-layout.ts';
import { type Files, folderOf } from '../support/folder.ts';
import { NESTED_JSON, WIDE_JSON } from '../support/large-json.ts';

/** Each case starts a Node of its own. */
vi.setConfig({ testTimeout: 60_000 });

let app: FabricatedImage;
let arm: FabricatedImage;
const description = {
  tags: ['app:1'],
  steps: [
    { createdBy: 'ADD rootfs.tar / # buildkit', layer: { 'bin/sh': file(4000) } },
    { createdBy: 'RUN make # buildkit', layer: { 'app/out': file(9000), 'app/note': file('hello') } },
  ],
};
beforeAll(async () => {
  app = await fabricateImage(description);
  arm = await fabricateImage({ ...description, platform: { os: 'linux', architecture: 'arm64' } });
});

const NO_ENGINE = { DOCKER_HOST: 'unix:///nonexistent/docker.sock', DOCKER_CONFIG: '/nonexistent' };
const fix = /\n[A-Z][^\n]*\.\n$/;

async function refusal(args: readonly string[], files: Files = {}, env: Record<string, string> = {}) {
  return deadweight(args, { cwd: await folderOf(files), env: { ...NO_ENGINE, ...env } });
}

/** A folder `layout` with the files of a layout, some of them changed or (null) left out. */
async function inspectLayout(files: FileSet, changes: Readonly<Record<string, Buffer | null>> = {}) {
  const cwd = await folderOf();
  const changed = new Map(files);
  for (const [path, bytes] of Object.entries(changes)) {
    if (bytes === null) changed.delete(path);
    else changed.set(path, bytes);
  }
  await writeFiles(join(cwd, 'layout'), changed);
  return deadweight(['inspect', 'oci:layout'], { cwd });
}

describe.concurrent('without an engine', () => {
  it('inspect says so and ends with 4', async () => {
    const ended = await refusal(['inspect', 'app:1']);
    expectRefusal(ended, 4, /Cannot reach the Docker engine at unix:\/\/\/nonexistent/, /Start Docker/);
  });

  it('inspect of an engine that refuses ends with 4', async () => {
    const ended = await refusal(['inspect', 'app:1'], {}, { DOCKER_HOST: 'tcp://127.0.0.1:1' });
    expectRefusal(ended, 4, /tcp:\/\/127\.0\.0\.1:1 .*ECONNREFUSED/, /Start Docker/);
  });

  it('build without docker on the PATH ends with 3', async () => {
    const files = { Dockerfile: 'FROM scratch\n' };
    const ended = await refusal(['build'], files, { PATH: '/nonexistent' });
    expectRefusal(ended, 3, /docker could not be started: .*docker/, /Install Docker with its Buildx plugin/);
  });

  it('build with a docker that has no buildx ends with 3', async () => {
    const bin = await folderOf({
      docker: '#!/bin/sh\necho "docker: \'buildx\' is not a docker command." >&2\nexit 1\n',
    });
    await chmod(join(bin, 'docker'), 0o755);
    const ended = await refusal(['build'], { Dockerfile: 'FROM scratch\n' }, { PATH: `${bin}:/bin` });
    expectRefusal(ended, 3, /The Buildx plugin of Docker is not installed\./, /Install the Buildx plugin/);
  });
});

describe.concurrent('a build that cannot begin', () => {
  it.each([
    ['no Dockerfile in the context', ['build', 'ctx'], /There is no Dockerfile at ctx\/Dockerfile/, /-f/],
    ['no such Dockerfile', ['build', '-f', 'nope'], /There is no Dockerfile at nope/, /-f/],
    ['a Dockerfile that is a folder', ['build', '-f', 'ctx'], /Dockerfile \S*ctx cannot be read/, /-f/],
  ])('for %s ends with 2', async (_name, args, message, remedy) => {
    expectRefusal(await refusal(args, { 'ctx/.keep': '' }), 2, message, remedy);
  });

  it('for a context that is not there ends with 4', async () => {
    expectRefusal(await refusal(['build', 'nope']), 4, /context nope is not a directory/, /directory/);
  });

  it('for a ref outside a repository says so', async () => {
    const files = { Dockerfile: 'FROM scratch\n' };
    const env = { GIT_CEILING_DIRECTORIES: '/tmp' };
    expectRefusal(
      await refusal(['build', '--against', 'main'], files, env),
      4,
      /not in a git repository/,
      /clone/,
    );
  });

  it('for a broken configuration ends with 2 and names the line', async () => {
    const files = { '.deadweight.yml': 'title: a\nbudgets:\n  max-size: lots\n', Dockerfile: 'FROM scratch' };
    expectRefusal(await refusal(['build'], files), 2, /\.deadweight\.yml:3: .*max-size is "lots"/, /450MB/);
    const misspelt = { '.deadweight.yml': 'budgets:\n  max-sizes: 1MB\n' };
    expectRefusal(
      await refusal(['build'], misspelt),
      2,
      /\.deadweight\.yml:2: budgets\.max-sizes is unknown/,
      /did you mean max-size\? The keys there are max-layers,/,
    );
    const broken = { 'c.yml': 'budgets: {\n  max-size: 1\n' };
    const named = await refusal(['inspect', 'x', '--config', 'c.yml'], broken);
    expectRefusal(named, 2, /c\.yml:\d: /, /Correct that line/);
  });

  it('for an unknown option or command ends with 2 and suggests one', async () => {
    expectRefusal(await refusal(['build', '--tga', 'x']), 2, /--tga.*Did you mean --tag\?/, /--help/);
    expectRefusal(await refusal(['inspcet', 'x']), 2, /inspcet.*Did you mean inspect\?/, /--help/);
  });

  it('for a limit that is none ends with 2', async () => {
    expectRefusal(await refusal(['inspect', 'x', '--max-size', 'lots']), 2, /max-size is "lots"/, /450MB/);
  });
});

describe.concurrent('an archive', () => {
  const inspect = async (bytes: Uint8Array, ...args: readonly string[]) =>
    refusal(['inspect', 'docker-archive:app.tar', ...args], { 'app.tar': bytes });

  it('that is whole is read', async () => {
    const ended = await inspect(await dockerArchive([app]), '--json', '-');
    expect(ended.stderr).toBe('');
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ image: { size: 4000 + 9000 + 5, layerCount: 2 } });
  });

  it('that is not there ends with 4', async () => {
    expectRefusal(await refusal(['inspect', 'docker-archive:nope.tar']), 4, /nope\.tar/, fix);
  });

  it.each([0, 700, 5000, -1520])('cut at %d bytes ends with 4', async length => {
    const whole = await dockerArchive([app]);
    const ended = await inspect(whole.subarray(0, length < 0 ? whole.length + length : length));
    expectRefusal(ended, 4, /app\.tar/, fix);
  });

  it('that is no tar ends with 4', async () => {
    expectRefusal(await inspect(Buffer.from('hello\n'.repeat(1000))), 4, /app\.tar is neither a tar/, fix);
  });

  it('of something else ends with 4', async () => {
    const other = await archiveOf(new Map([['etc/passwd', Buffer.from('root')]]));
    expectRefusal(await inspect(other), 4, /not an archive of docker save.*etc\/passwd/, /docker export/);
    const oci = await archiveOf(ociLayout([app]));
    expectRefusal(await inspect(oci), 4, /not an archive of docker save/, /oci-archive:/);
  });

  it('with another image than the named one lists those it has', async () => {
    const bytes = await dockerArchive([app]);
    const ended = await refusal(['inspect', 'docker-archive:app.tar:other:2'], { 'app.tar': bytes });
    expectRefusal(ended, 4, /no image other:2; it has app:1/, fix);
  });

  it('with a damaged layer is told by --verify', async () => {
    const bytes = await dockerArchive([app]);
    const at = bytes.indexOf('hello');
    bytes.write('jello', at);
    expectRefusal(await inspect(bytes, '--verify'), 4, /digest|does not match|sha256/i, fix);
  });
});

describe.concurrent('an OCI layout', () => {
  const top = (image: FabricatedImage) => {
    const layer = image.layers[1];
    if (!layer) throw new Error('the image has two layers');
    return layer;
  };

  it('that is whole is read', async () => {
    expect(await inspectLayout(ociLayout([app]))).toMatchObject({ code: 0, stderr: '' });
  });

  it('with a corrupt gzip layer ends with 4', async () => {
    const layer = top(app);
    const corrupt = Buffer.from(layer.bytes);
    corrupt.fill(0xff, 40, 400);
    const ended = await inspectLayout(ociLayout([app]), { [blobPath(layer)]: corrupt });
    expectRefusal(ended, 4, /Layer 1 .*(gzip|corrupt|damaged)/i, fix);
  });

  it('with a gzip layer that ends early ends with 4', async () => {
    const layer = top(app);
    const short = layer.bytes.subarray(0, 200);
    expectRefusal(
      await inspectLayout(ociLayout([app]), { [blobPath(layer)]: short }),
      4,
      new RegExp(digestHex(layer.digest).slice(0, 12)),
      fix,
    );
  });

  it('with a missing layer, config or manifest ends with 4', async () => {
    for (const blob of [top(app), app.config, app.manifest]) {
      const ended = await inspectLayout(ociLayout([app]), { [blobPath(blob)]: null });
      expectRefusal(ended, 4, new RegExp(digestHex(blob.digest).slice(0, 12)), fix);
    }
  });

  it('with a layer or config that does not match its digest ends with 4', async () => {
    const layer = top(app);
    const other = { [blobPath(layer)]: (await fabricateImage(description)).layers[0]?.bytes ?? null };
    expectRefusal(await inspectLayout(ociLayout([app]), other), 4, /sha256|bytes/, fix);
    const config = Buffer.from(app.config.bytes.toString().replace('linux', 'linuz'));
    const ended = await inspectLayout(ociLayout([app]), { [blobPath(app.config)]: config });
    expectRefusal(ended, 4, /digest|sha256/, fix);
  });

  it('without the wanted platform lists those it has', async () => {
    const cwd = await folderOf();
    await writeFiles(
      join(cwd, 'layout'),
      ociLayout([app, arm], { multiPlatform: { tag: 'app' }, attestations: true }),
    );
    const ended = await deadweight(['inspect', 'oci:layout:app', '--platform', 'linux/riscv64'], { cwd });
    expectRefusal(ended, 4, /linux\/riscv64.*linux\/amd64, linux\/arm64/, fix);
    expect(ended.stderr).not.toContain('unknown/unknown');
  });

  it('that is an empty folder ends with 4', async () => {
    expectRefusal(await refusal(['inspect', 'oci:here'], { 'here/.keep': '' }), 4, /here/, fix);
  });
});

describe.concurrent('a diff', () => {
  it.each([
    ['is not there', {}, /There is no snapshot a\.json/],
    ['is no JSON', { 'a.json': 'hello' }, /a\.json/],
    ['is no snapshot', { 'a.json': '{"version":1}' }, /a\.json/],
    [
      'is a report',
      { 'a.json': '{"schemaVersion":1,"tool":{"name":"deadweight"}}' },
      /a\.json is a report \(--json\), and not a snapshot\.\nWrite a snapshot with --snapshot FILE/,
    ],
    ['is a folder', { 'a.json/x': '' }, /a\.json/],
    ['is a million lists', { 'a.json': NESTED_JSON }, /a\.json nests more than 100 deep/],
    ['is ten million keys', { 'a.json': WIDE_JSON }, /a\.json has more than 8,000,000 values/],
  ])('of a snapshot that %s ends with 4', async (_name, files, message) => {
    expectRefusal(await refusal(['diff', 'a.json', 'a.json'], files), 4, message, fix);
  });
});

describe.concurrent('a working directory that is gone', () => {
  it.each([['inspect', 'app:1'], ['build', '.'], ['cache']])('ends %s with 4', async (...args) => {
    const cwd = await folderOf();
    const script = 'rmdir "$PWD" && exec "$0" "$@"';
    const ended = await promisify(execFile)('sh', ['-c', script, process.execPath, COMMAND_LINE, ...args], {
      cwd,
    }).catch((error: unknown) => error);
    expect(ended).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/^deadweight: The working directory is gone[^\n]*\.\n[A-Z][^\n]*\.\n$/),
    });
  });
});

describe.concurrent('an output', () => {
  const args = (...output: readonly string[]) => ['inspect', 'docker-archive:app.tar', '-q', ...output];
  const run = async (...output: readonly string[]) => {
    const cwd = await folderOf({ 'app.tar': await dockerArchive([app]), plain: '' });
    await mkdir(join(cwd, 'folder'));
    const ended = await deadweight(args(...output), { cwd });
    return { ...ended, cwd };
  };

  it.each(['--json', '--markdown', '--snapshot'])('%s on a full disk ends with 4', async option => {
    expectRefusal(await run(option, '/dev/full'), 4, /disk is full: \/dev\/full/, /Free some space/);
  });

  it('that is a folder, or below a file, ends with 4 and leaves nothing', async () => {
    const onFolder = await run('--json', 'folder');
    expectRefusal(onFolder, 4, /folder cannot be written: it is a directory/, fix);
    expect(await readdir(onFolder.cwd)).toEqual(['app.tar', 'folder', 'plain']);
    expectRefusal(
      await run('--json', 'plain/report.json'),
      4,
      /plain\/report\.json cannot be written: a part of its path is no directory/,
      fix,
    );
  });
});
