import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { silentProgress } from '../../src/base/effects.ts';
import { parseArguments } from '../../src/cli/program.ts';
import { openImage } from '../../src/image/open-image.ts';
import { saveStandardInput } from '../../src/run/standard-input.ts';
import { openOptions } from '../support/conformance/medium.ts';
import { COMMAND_LINE, COMPILE_CACHE } from '../support/e2e/child-process.ts';
import { deadweight, expectRefusal } from '../support/e2e/command-line.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { archiveOf, ociLayout } from '../support/fabricate/oci-layout.ts';
import { folderOf } from '../support/folder.ts';

vi.setConfig({ testTimeout: 60_000 });

const image = (tag: string) =>
  fabricateImage({
    tags: [tag],
    steps: [{ createdBy: 'ADD rootfs.tar /', layer: { 'bin/sh': file(4000) } }],
  });
const app = await image('app:1');
const saved = await dockerArchive([app]);
const layout = await archiveOf(ociLayout([app]));
const both = await dockerArchive([app, await image('other:2')]);

interface Kept {
  readonly maxBytes?: number;
  readonly isTTY?: boolean;
}

/** Keeps what comes on standard input. @returns the path of the file */
async function keep(chunks: Iterable<Uint8Array>, { maxBytes = 1e6, isTTY = false }: Kept = {}) {
  const folder = await folderOf({});
  const input = Object.assign(Readable.from(chunks), { isTTY });
  return await saveStandardInput(input, { folder, progress: silentProgress, maxBytes });
}

/** Opens an archive that comes on standard input and scans its layers. @returns the image's ID */
async function openInput(bytes: Uint8Array) {
  const opened = await openImage('-', openOptions({ saveStandardInput: () => keep([bytes]) }));
  try {
    await opened.scan({});
    return opened.imageId;
  } finally {
    await opened.close();
  }
}

describe('an archive on standard input', () => {
  it.each([
    ['of docker save', saved],
    ['compressed with gzip', gzipSync(saved)],
    ['compressed with zstd', zstdCompressSync(saved)],
    ['of an OCI layout', layout],
  ])('%s is read', async (_name, bytes) => {
    expect(await openInput(bytes)).toBe(app.config.digest);
  });

  it.each([
    ['empty', Buffer.alloc(0), 'input-missing', /^Standard input is empty/, /command before the pipe/],
    ['text', Buffer.from('hello\n'.repeat(1e5)), 'not-an-image', /^Standard input is neither a/, /^Give an/],
    ['cut', saved.subarray(0, 3000), 'input-truncated', /^Standard input: /, /^Save or download/],
    ['cut and packed', gzipSync(saved).subarray(0, 300), 'input-truncated', /^Standard input: /, /^Save/],
    ['of two images', both, 'reference-invalid', /^Standard input holds several/, /^Save one of them/],
  ])('that is %s is refused', async (_name, bytes, code, message, remedy) => {
    await expect(openInput(bytes)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    });
  });

  it('can be one of two images that are compared', () => {
    expect(parseArguments(['diff', '-', 'app:2'], '1')).toMatchObject({ request: { baseline: '-' } });
    expect(() => parseArguments(['diff', '-', '-'], '1')).toThrowError(/given twice/);
  });
});

describe('keeping standard input', () => {
  it('keeps all bytes, however they come', async () => {
    const bytes = [...saved].map(byte => Buffer.of(byte));
    const path = await keep(bytes.slice(0, 3000));
    expect(await readFile(path)).toEqual(saved.subarray(0, 3000));
  });

  it('stops where it is too long, or no archive', async () => {
    await expect(keep([saved], { maxBytes: saved.length - 1 })).rejects.toMatchObject({
      code: 'limit-exceeded',
      remedy: expect.stringContaining('docker-archive:PATH'),
    });
    function* endless(chunk: Buffer) {
      for (;;) yield chunk;
    }
    for (const chunk of [Buffer.from('y\n'.repeat(4096)), Buffer.alloc(8192)]) {
      await expect(keep(endless(chunk), { maxBytes: 1e9 })).resolves.toMatch(/standard-input$/);
    }
  });

  it('refuses a terminal, with what to type', async () => {
    await expect(keep([], { isTTY: true })).rejects.toMatchObject({
      code: 'usage',
      remedy: expect.stringContaining('docker save app | deadweight inspect -'),
    });
  });

  it('says where there is no room', async () => {
    const input = Readable.from([saved]);
    await expect(
      saveStandardInput(input, { folder: '/nonexistent', progress: silentProgress }),
    ).rejects.toMatchObject({ message: expect.stringMatching(/^Standard input could not be kept in/) });
  });
});

/** Each case starts a Node of its own. */
describe.concurrent('a pipe', () => {
  it('is weighed, and nothing of it is left', async () => {
    const cwd = await folderOf({});
    const temporary = join(cwd, 'tmp');
    await mkdir(temporary);
    const env = { TMPDIR: temporary };
    const ended = await deadweight(['inspect', '-', '--json', '-'], { cwd, env, input: saved });
    expect(ended).toMatchObject({ stderr: '', code: 0 });
    expect(JSON.parse(ended.stdout)).toMatchObject({ image: { size: 4000 } });
    expectRefusal(await deadweight(['inspect', '-'], { cwd, env }), 4, /is empty/, /before the pipe/);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('leaves nothing when it is broken off', async () => {
    const cwd = await folderOf({});
    const child = spawn(process.execPath, [COMMAND_LINE, 'inspect', '-'], {
      cwd,
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: COMPILE_CACHE,
        TMPDIR: cwd,
        DEADWEIGHT_CACHE_DIR: '',
        HOME: cwd,
      },
    });
    child.stdin.write(saved.subarray(0, 2048));
    await vi.waitFor(
      async () =>
        expect(await readdir(cwd, { recursive: true })).toContainEqual(
          expect.stringMatching(/standard-input$/),
        ),
      { timeout: 30_000 },
    );
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([143, null]);
    expect((await readdir(cwd)).filter(name => name.startsWith('deadweight-'))).toEqual([]);
  });
});
