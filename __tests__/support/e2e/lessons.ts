import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { changeFiles, type Files, folderOf } from '../folder.ts';
import { writeTar } from '../tar/tar-writer.ts';
import { dockerEnv } from './engines.ts';

const ROOT = join(import.meta.dirname, '../../..');
const BASES = join(ROOT, '__tests__/e2e/lesson-bases');

/** Bytes that no compression shortens, the same every time. */
export function noise(seed: string, length: number): Uint8Array {
  const parts: Buffer[] = [];
  for (let index = 0; parts.length * 32 < length; index += 1) {
    parts.push(createHash('sha256').update(`${seed} ${index}`).digest());
  }
  return Buffer.concat(parts).subarray(0, length);
}

/** Builds the images that lessons are built on. */
export async function buildLessonBases(host: string | undefined): Promise<void> {
  const npm = dirname(dirname(await realpath(await which('npm'))));
  const contexts = [
    '--build-context',
    `runtime=${dirname(process.execPath)}`,
    '--build-context',
    `npm=${npm}`,
  ];
  for (const name of await readdir(BASES)) {
    const folder = join(BASES, name);
    const more = name === 'node' ? contexts : [];
    const args = ['buildx', 'build', '--load', '--tag', `deadweight/lessons:${name}`, ...more, folder];
    await promisify(execFile)('docker', args, { env: dockerEnv(host) });
  }
}

async function which(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', `command -v ${program}`]);
  return stdout.trim();
}

/** A copy of a folder of examples, with files that are too large for a repository. */
export async function lessonFolder(path: string, files: Files = {}): Promise<string> {
  const folder = await folderOf();
  await cp(join(ROOT, 'examples', path), folder, { recursive: true });
  await changeFiles(folder, files);
  return folder;
}

/** A tar with these files. */
export async function tarOf(files: Files): Promise<Uint8Array> {
  const items = Object.entries(files).map(([path, content]) => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    return { path, kind: 'file', size: bytes.length, content: bytes } as const;
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeTar(items)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
