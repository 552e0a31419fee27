import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeadweightError } from '../../../src/base/errors.ts';
import type { OpenOptions, ScanRequest } from '../../../src/image/image.ts';
import { openImage } from '../../../src/image/open-image.ts';
import { COLLECTORS } from '../../../src/packages/collectors.ts';
import { nodeExec } from '../../build/node-exec.ts';
import { type Figures, figuresOf } from '../conformance/kept-engine.ts';
import { openOptions } from '../conformance/medium.ts';
import { silentLog } from '../silent-log.ts';
import { downloadImage } from './engine-api.ts';

/** The figures of one image by way, and what was said of reading the engine's own files. */
export interface FourWays {
  readonly figures: Readonly<Record<string, Figures | string>>;
  /** Why files were not read where they lie; null where they were. */
  readonly notRead: string | null;
  /** Whether the engine itself can hand it over. */
  readonly isSaved: boolean;
}

/**
 * Weighs an image of an engine from the engine's own files, through its API, from what `docker save` writes and from a registry:
 * by headers with all contents asked for, and verified.
 * @param registry null leaves it out
 */
export async function weighFourWays(
  name: string,
  {
    host,
    folder,
    registry,
    truth = null,
  }: {
    readonly host: string;
    readonly folder: string;
    readonly registry: string | null;
    readonly truth?: Figures | null;
  },
): Promise<FourWays> {
  const lines: string[] = [];
  const log = { ...silentLog, debug: (line: string) => void lines.push(line) };
  const env = { DOCKER_HOST: host };
  const api = await weigh(name, { env, engineStore: 'api' }, { verify: true });
  const content = contentsOf(truth ?? api);
  const figures: Record<string, Figures | string> = { api };
  figures['the files, by position'] = await weigh(name, { env, log }, { content });
  figures['the files, verified'] = await weigh(name, { env, log }, { verify: true });
  const bytes = await downloadImage(host, name);
  // Of some images that it has unpacked an engine cannot make the tar again.
  if (bytes === null) return { figures, isSaved: false, notRead: notReadOf(lines) };
  const saved = join(folder, `${name.replace(/\W/g, '-')}.tar`);
  await writeFile(saved, bytes);
  figures['docker save'] = await weigh(`docker-archive:${saved}`, {}, { verify: true });
  await rm(saved);
  if (registry !== null) {
    const pushed = `${registry}/deadweight-e2e/${name}`;
    await docker(host, 'tag', name, pushed);
    await docker(host, 'push', '-q', pushed);
    await docker(host, 'rmi', pushed);
    figures['a registry'] = await weigh(`docker://${pushed}`, {}, { verify: true });
  }
  return { figures, isSaved: true, notRead: notReadOf(lines) };
}

function notReadOf(lines: readonly string[]): string | null {
  const isRead = lines.filter(line => line.includes('are read where they lie')).length === 2;
  return lines.find(line => line.startsWith('Layers are not read')) ?? (isRead ? null : lines.join('; '));
}

export async function docker(host: string, ...args: readonly string[]): Promise<void> {
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  const { exitCode, stderr } = await nodeExec.run('docker', args, { env: { ...env, DOCKER_HOST: host } });
  if (exitCode !== 0) throw new Error(`docker ${args[0]}: ${stderr.slice(-2000)}`);
}

async function weigh(
  name: string,
  more: Partial<OpenOptions>,
  request: ScanRequest,
): Promise<Figures | string> {
  try {
    const image = await openImage(name, openOptions(more));
    try {
      return (await image.scan({ ...request, collectors: COLLECTORS })).map(scan => figuresOf(scan));
    } finally {
      await image.close();
    }
  } catch (error) {
    if (error instanceof DeadweightError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/** All files. */
function contentsOf(figures: Figures | string): Map<number, Set<string>> {
  if (typeof figures === 'string') return new Map();
  return new Map(
    figures.map((layer, index) => [
      index,
      new Set(layer?.entries.filter(({ kind }) => kind === 'file').map(({ path }) => path)),
    ]),
  );
}
