import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { deadweight, expectRefusal } from '../support/e2e/command-line.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { type FabricatedImage, fabricateImage } from '../support/fabricate/image.ts';
import { file, whiteout } from '../support/fabricate/node.ts';
import { archiveOf, ociLayout } from '../support/fabricate/oci-layout.ts';
import { folderOf } from '../support/folder.ts';
import { readWrittenPage } from '../support/page/written-page.ts';

/** Each case starts a Node of its own. */
vi.setConfig({ testTimeout: 60_000 });

function imageFor(architecture: string): Promise<FabricatedImage> {
  return fabricateImage({
    tags: ['app:1'],
    platform: { os: 'linux', architecture },
    steps: [
      { createdBy: 'FROM base', layer: { 'bin/sh': file(4000) } },
      { createdBy: 'RUN fetch', layer: { 'tmp/a.tar': file(9000), 'app/out': file(500) } },
      { createdBy: 'RUN rm', layer: { 'tmp/a.tar': whiteout() } },
    ],
  });
}

const ARGS = ['--last', '2', '--html', 'page.html', '--quiet'];

describe.concurrent('squash --html', () => {
  it('shows the squashed image, compared with the one before', async () => {
    const cwd = await folderOf({ 'app.tar': await dockerArchive([await imageFor('amd64')]) });
    const args = ['docker-archive:app.tar', '--output', 'docker-archive:small.tar'];
    const ended = await deadweight(['squash', ...args, ...ARGS], { cwd });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('9.0 kB freed');
    const { layers, head } = await readWrittenPage(join(cwd, 'page.html'));
    expect(layers.map(({ size }) => size)).toEqual([4000, 500]);
    expect(head.change).toContain('9.0 kB');
  });

  it('writes a page for each platform', async () => {
    const images = [await imageFor('amd64'), await imageFor('arm64')];
    const cwd = await folderOf({
      'app.tar': await archiveOf(ociLayout(images, { multiPlatform: { tag: '1' } })),
    });
    const args = ['oci-archive:app.tar', '--output', 'oci-archive:small.tar'];
    const ended = await deadweight(['squash', ...args, ...ARGS], { cwd });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const pages = (await readdir(cwd)).filter(name => name.endsWith('.html'));
    expect(pages.sort()).toEqual(['page-linux-amd64.html', 'page-linux-arm64.html']);
  });

  it('says that none was written where no layers were merged', async () => {
    const cwd = await folderOf({ 'app.tar': await dockerArchive([await imageFor('amd64')]) });
    const args = ['docker-archive:app.tar', '--output', 'docker-archive:small.tar', '--last', '1'];
    const ended = await deadweight(['squash', ...args, '--html', 'page.html'], { cwd });
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('no page was written');
    expect(await readdir(cwd)).not.toContain('page.html');
  });

  it('is refused where there is nothing to show, or nothing to compare with', async () => {
    const cwd = await folderOf({ 'app.tar': await dockerArchive([await imageFor('amd64')]) });
    const planned = await deadweight(['squash', 'app.tar', '--dry-run', ...ARGS], { cwd });
    expectRefusal(planned, 2, /with --dry-run there is none/, /only one/);
    const same = ['squash', 'app:1', '--tag', 'docker.io/library/app:1', ...ARGS];
    expectRefusal(await deadweight(same, { cwd }), 2, /written in its place/, /another name/);
    const piped = await deadweight(['squash', '-', '--tag', 'app:2', ...ARGS], { cwd });
    expectRefusal(piped, 2, /standard input is gone/, /as a file/);
  });
});
