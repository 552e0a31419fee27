import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { BuildInputs } from '../../src/build/build-inputs.ts';
import { fileStandardInput } from '../../src/run/build-input.ts';
import { systemExec } from '../../src/run/program-exec.ts';
import { type Changes, changeFiles, folderOf } from '../support/folder.ts';
import { buildInputs } from '../support/option-values.ts';

interface Piped {
  readonly isTTY?: boolean;
  /** Bytes in each chunk; all in one when absent. */
  readonly chunk?: number;
  readonly path?: string;
}

async function filed(given: Partial<BuildInputs>, input: string | Buffer, piped: Piped = {}) {
  const temporaryDir = await folderOf();
  const bytes = Buffer.from(input);
  const { isTTY = false, chunk = bytes.length, path = process.env['PATH'] ?? '' } = piped;
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) || 0 }, (_, index) =>
    bytes.subarray(index * chunk, (index + 1) * chunk),
  );
  const stream = Object.assign(Readable.from(chunks), { isTTY });
  const exec = systemExec({ PATH: path });
  const result = await fileStandardInput(buildInputs(given), stream, { temporaryDir, exec });
  return { folder: temporaryDir, ...result };
}

/** The tar of a folder with these files, as `tar c -C DIR .` writes it. */
async function tarOf(files: Changes, ...options: readonly string[]): Promise<Buffer> {
  const folder = await folderOf();
  await changeFiles(folder, files);
  const run = promisify(execFile);
  const args = ['-c', ...options, '-C', folder, '-f', '-', '.'];
  return (await run('tar', args, { encoding: 'buffer', maxBuffer: 1e8 })).stdout;
}

describe('a Dockerfile on standard input', () => {
  it('is a file, with the context that is given', async () => {
    const { inputs, namesFrom, folder } = await filed({ file: '-', context: 'app' }, 'FROM a\n');
    expect(inputs).toEqual(buildInputs({ context: 'app', file: join(folder, 'dockerfile/Dockerfile') }));
    expect(await readFile(inputs.file, 'utf8')).toBe('FROM a\n');
    expect(namesFrom).toBe(join(folder, 'dockerfile'));
  });

  it('alone has an empty context', async () => {
    const text = `FROM a\n${'# x\n'.repeat(1000)}`;
    const { inputs } = await filed({ context: '-' }, text, { chunk: 7 });
    expect(await readdir(inputs.context)).toEqual([]);
    expect(await readFile(inputs.file, 'utf8')).toBe(text);
  });

  it('is not read where nothing names it', async () => {
    const { inputs, namesFrom } = await filed({ file: 'Dockerfile' }, '');
    expect(inputs).toEqual(buildInputs({ file: 'Dockerfile' }));
    expect(namesFrom).toBeNull();
  });

  it.each([
    ['a terminal', { file: '-' }, 'FROM a\n', true, 'usage', /is a terminal/],
    ['two Dockerfiles', { context: '-', file: 'Dockerfile' }, 'FROM a\n', false, 'usage', /names another/],
    ['two meanings', { context: '-', file: '-' }, 'FROM a\n', false, 'usage', /given twice/],
    ['nothing', { file: '-' }, '', false, 'input-missing', /is empty/],
    ['nothing for a context', { context: '-' }, '', false, 'input-missing', /is empty/],
    ['a tar for a Dockerfile', { file: '-' }, Buffer.alloc(1024), false, 'usage', /is an archive/],
    ['too much', { file: '-' }, 'x'.repeat(4 * 1024 * 1024 + 1), false, 'limit-exceeded', /more than 4.2 MB/],
  ])('refuses %s', async (_what, given, input, isTTY, code, message) => {
    await expect(filed(given, input, { isTTY })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});

describe('a context on standard input', () => {
  const FILES = {
    Dockerfile: 'FROM scratch\nCOPY . /\n',
    'docker/api.Dockerfile': 'FROM b\n',
    '.dockerignore': 'docs\n',
    'docs/a.md': '# a\n',
    'bin/run': { program: '#!/bin/sh\n' },
    link: { link: 'docs/a.md' },
  };

  it.each([
    ['as it is', (tar: Buffer) => tar],
    ['in gzip', (tar: Buffer) => gzipSync(tar)],
    ['in zstd', (tar: Buffer) => zstdCompressSync(tar)],
  ])('is a folder: %s', async (_how, pack) => {
    const { inputs, namesFrom, folder } = await filed({ context: '-' }, pack(await tarOf(FILES)), {
      chunk: 100,
    });
    expect((await readdir(inputs.context)).sort()).toEqual(
      ['.dockerignore', 'Dockerfile', 'bin', 'docker', 'docs', 'link'].sort(),
    );
    expect((await stat(join(inputs.context, 'bin/run'))).mode & 0o777).toBe(0o755);
    expect(await readFile(join(inputs.context, 'link'), 'utf8')).toBe('# a\n');
    expect(inputs.file).toBe(join(folder, 'dockerfile/Dockerfile'));
    expect(namesFrom).toBe(join(folder, 'dockerfile'));
    expect(await readFile(inputs.file, 'utf8')).toBe(FILES.Dockerfile);
    expect(existsSync(join(folder, 'context.tar'))).toBe(false);
  });

  it('leaves nothing out: buildx does not read the .dockerignore of an archive', async () => {
    const { inputs } = await filed({ context: '-' }, await tarOf(FILES));
    expect(await readFile(`${inputs.file}.dockerignore`, 'utf8')).toMatch(/^#[^\n]*\n$/);
  });

  it('may have a dockerfile, as for buildx', async () => {
    const { inputs, folder } = await filed({ context: '-' }, await tarOf({ dockerfile: 'FROM a\n' }));
    expect(inputs.file).toBe(join(folder, 'dockerfile/dockerfile'));
    const both = { dockerfile: 'FROM a\n', Dockerfile: 'FROM b\n' };
    const { inputs: chosen } = await filed({ context: '-' }, await tarOf(both));
    expect(await readFile(chosen.file, 'utf8')).toBe('FROM b\n');
  });

  it('that tar cannot unpack is told by its error', async () => {
    const name = 'x'.repeat(300);
    const long = await tarOf(FILES, `--transform=s,^./docs/a.md,/${name},`);
    await expect(filed({ context: '-' }, long)).rejects.toMatchObject({
      code: 'input-corrupt',
      message: expect.stringMatching(/x: Cannot open: File name too long/),
    });
  });

  it('has its Dockerfile where --file says', async () => {
    const given = { context: '-', file: 'docker/api.Dockerfile' };
    const { inputs, folder } = await filed(given, await tarOf(FILES));
    expect(inputs.file).toBe(join(folder, 'dockerfile/docker/api.Dockerfile'));
    expect(await readFile(inputs.file, 'utf8')).toBe('FROM b\n');
  });

  it('reads and writes nothing outside of it', async () => {
    const outside = await folderOf({ secret: 'FROM secret\n' });
    const linked = await tarOf({ Dockerfile: { link: join(outside, 'secret') } });
    const refusal = { code: 'dockerfile-missing', message: expect.stringMatching(/ has no /) };
    await expect(filed({ context: '-' }, linked)).rejects.toMatchObject(refusal);
    for (const file of ['../Dockerfile', join(outside, 'secret'), 'none', 'Dockerfile/x']) {
      await expect(filed({ context: '-', file }, await tarOf(FILES))).rejects.toMatchObject(refusal);
    }
    await expect(filed({ context: '-', file: 'docs' }, await tarOf(FILES))).rejects.toMatchObject({
      code: 'input-corrupt',
      message: 'docs of the context on standard input could not be read: it is a directory.',
    });
    const climbing = await tarOf(FILES, '--transform=s,docs/a.md,../../climbed,');
    await filed({ context: '-' }, climbing).catch(() => undefined);
    const { folder } = await filed({ context: '-' }, await tarOf(FILES));
    expect(existsSync(join(folder, '../climbed'))).toBe(false);
  });

  it.each([
    ['an empty tar', async () => Buffer.alloc(1024), 'dockerfile-missing', /has no Dockerfile/],
    ['half a tar', async () => (await tarOf(FILES)).subarray(0, 1300), 'input-corrupt', /tar: /],
    [
      'half a gzip',
      async () => gzipSync(await tarOf(FILES)).subarray(0, 200),
      'input-truncated',
      /ends|truncated/,
    ],
    ['a gzip of something else', async () => gzipSync('FROM a\n'), 'input-corrupt', /tar: /],
  ])('refuses %s', async (_what, input, code, message) => {
    await expect(filed({ context: '-' }, await input())).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('needs the program tar', async () => {
    await expect(
      filed({ context: '-' }, await tarOf(FILES), { path: await folderOf() }),
    ).rejects.toMatchObject({
      code: 'program-missing',
      remedy: expect.stringMatching(/^Install tar/),
    });
  });
});
