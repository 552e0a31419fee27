import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DeadweightError } from '../../../src/base/errors.ts';
import type { Image } from '../../../src/image/image.ts';
import { extractFile, type WantedFile } from '../../../src/run/explore/extract-file.ts';
import { withImage } from '../../../src/run/weigh/weigh.ts';
import { dockerArchive, kanikoArchive } from '../../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../../support/fabricate/image.ts';
import type { LayerDescription } from '../../support/fabricate/layer.ts';
import { bytesOf, dir, file, hardlink, symlink, whiteout } from '../../support/fabricate/node.ts';
import { folderOf } from '../../support/folder.ts';
import { testEnvironment } from '../../support/test-environment.ts';

const FILES: LayerDescription = [
  ['bin', dir()],
  ['bin/tool', file(300_001, { mode: 0o6755, uid: 1000, gid: 1000 })],
  ['bin/again', hardlink('bin/tool')],
  ['secret', file('key', { mode: 0o000 })],
  ['twice', file('first')],
  ['twice', file('second')],
  ['../../etc/up', file('up')],
  ['a\u001b[2J\nb', file('odd')],
  ['link', symlink('/etc/passwd')],
  ['.wh.gone', whiteout()],
];

async function withFiles(
  body: (image: Image, cwd: string) => Promise<void>,
  pack: typeof dockerArchive = dockerArchive,
): Promise<void> {
  const layer = await fabricateImage({
    steps: [
      { createdBy: 'ADD', layer: FILES },
      { createdBy: 'RUN', layer: { 'bin/tool': file('later') } },
    ],
  });
  const cwd = await folderOf({ 'app.tar': await pack([layer]) });
  const reference = `docker-archive:${join(cwd, 'app.tar')}`;
  await withImage(reference, null, testEnvironment(cwd), image => body(image, cwd));
}

function unfinishedPaths() {
  return { files: new Set<string>() };
}

function wanted(path: string, more: Partial<WantedFile> = {}): WantedFile {
  return { layer: 0, path, skip: 0, ...more };
}

async function codeOf(failing: Promise<unknown>): Promise<string> {
  const error: unknown = await failing.then(
    () => null,
    thrown => thrown,
  );
  return error instanceof DeadweightError ? error.code : String(error);
}

describe('the content of a file', () => {
  it.each([
    ['docker save', dockerArchive],
    ['kaniko', kanikoArchive],
  ])("is the layer's, of an archive of %s", async (_name, pack) => {
    await withFiles(async (image, cwd) => {
      const target = join(cwd, 'out');
      const unfinished = unfinishedPaths();
      expect(await extractFile(image, wanted('bin/tool'), target, unfinished)).toBe(300_001);
      expect(readFileSync(target).equals(bytesOf(300_001, 0))).toBe(true);
      expect(unfinished.files.size).toBe(0);
      await extractFile(image, wanted('bin/tool', { layer: 1 }), `${target}2`, unfinished);
      expect(readFileSync(`${target}2`, 'utf8')).toBe('later');
    }, pack);
  });

  it('is that of the entry that is asked for, where a path is there twice', async () => {
    await withFiles(async (image, cwd) => {
      await extractFile(image, wanted('twice'), join(cwd, '1'), unfinishedPaths());
      await extractFile(image, wanted('twice', { skip: 1 }), join(cwd, '2'), unfinishedPaths());
      expect(readFileSync(join(cwd, '1'), 'utf8')).toBe('first');
      expect(readFileSync(join(cwd, '2'), 'utf8')).toBe('second');
    });
  });

  it('is found by a clean path, and by one with control characters', async () => {
    await withFiles(async (image, cwd) => {
      await extractFile(image, wanted('etc/up'), join(cwd, 'up'), unfinishedPaths());
      await extractFile(image, wanted('a\u001b[2J\nb'), join(cwd, 'odd'), unfinishedPaths());
      expect(readFileSync(join(cwd, 'up'), 'utf8')).toBe('up');
      expect(readFileSync(join(cwd, 'odd'), 'utf8')).toBe('odd');
      expect(readdirSync(cwd).sort()).toEqual(['app.tar', 'odd', 'up']);
    });
  });
});

describe('the file that is written', () => {
  it("has neither set-id bits nor an owner of the image's, and can be read", async () => {
    await withFiles(async (image, cwd) => {
      await extractFile(image, wanted('bin/tool'), join(cwd, 'tool'), unfinishedPaths());
      await extractFile(image, wanted('secret'), join(cwd, 'secret'), unfinishedPaths());
      const { mode, uid } = lstatSync(join(cwd, 'tool'));
      expect(mode & 0o7777).toBe(0o755 & ~process.umask());
      expect(uid).toBe(process.getuid?.());
      expect(lstatSync(join(cwd, 'secret')).mode & 0o7777).toBe(0o600);
    });
  });

  it('takes the place of nothing, and is written through no link', async () => {
    await withFiles(async (image, cwd) => {
      writeFileSync(join(cwd, 'there'), 'mine');
      symlinkSync('there', join(cwd, 'to-file'));
      symlinkSync('nowhere', join(cwd, 'to-nothing'));
      for (const name of ['there', 'to-file', 'to-nothing', '.'])
        expect(await codeOf(extractFile(image, wanted('twice'), join(cwd, name), unfinishedPaths()))).toBe(
          'output-unwritable',
        );
      expect(readFileSync(join(cwd, 'there'), 'utf8')).toBe('mine');
      expect(readlinkSync(join(cwd, 'to-nothing'))).toBe('nowhere');
      expect(existsSync(join(cwd, 'nowhere'))).toBe(false);
    });
  });

  it('is not left half there', async () => {
    await withFiles(async (image, cwd) => {
      const target = join(cwd, 'out');
      for (const path of ['no/such', 'bin', 'link', 'gone', 'bin/again'])
        expect(await codeOf(extractFile(image, wanted(path), target, unfinishedPaths()))).toBe(
          'input-corrupt',
        );
      const cancelled = extractFile(
        image,
        wanted('bin/tool'),
        target,
        unfinishedPaths(),
        AbortSignal.abort(),
      );
      expect(await codeOf(cancelled)).toBe('cancelled');
      expect(existsSync(target)).toBe(false);
      const elsewhere = extractFile(image, wanted('twice'), join(cwd, 'no/folder'), unfinishedPaths());
      expect(await codeOf(elsewhere)).toBe('output-unwritable');
    });
  });

  it('is broken off where no more bytes come', async () => {
    await withFiles(async (image, cwd) => {
      const target = join(cwd, 'out');
      const unfinished = unfinishedPaths();
      const leaving = new AbortController();
      const [layer = expect.fail()] = image.layers;
      const stalled = {
        layers: [
          {
            ...layer,
            async *open() {
              for await (const chunk of layer.open()) {
                yield chunk.subarray(0, 2000);
                await new Promise(() => leaving.abort());
              }
            },
          },
        ],
      };
      const cancelled = extractFile(stalled, wanted('bin/tool'), target, unfinished, leaving.signal);
      expect(await codeOf(cancelled)).toBe('cancelled');
      expect(existsSync(target)).toBe(false);
      expect(unfinished.files.size).toBe(0);
    });
  });
});
