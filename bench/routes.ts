import { execFileSync } from 'node:child_process';
import { get } from 'node:http';
import { join } from 'node:path';
import { flatImage, largeImage, tallImage, writeArchive, writeLayout } from './fixture.ts';
import { type Run, run } from './measure.ts';

/** A way to an image, and the least that any program needs for it. */
export interface Route {
  readonly name: string;
  /** What `inspect` is given. */
  readonly args: readonly string[];
  /** What the floor is, in a few words. */
  readonly floor: string;
  readonly readFloor: () => Promise<Run>;
  /** The most that it may take: times the floor, and bytes of memory; null where nothing is promised. */
  readonly mostTimes: number | null;
  readonly mostBytes: number | null;
}

const NAME = 'deadweight/bench:large';
const MB = 1_000_000;

function cat(path: string): () => Promise<Run> {
  return () => run('cat', [path]);
}

/** Decompresses blobs one after the other. */
function decompress(command: string, blobs: readonly string[]): () => Promise<Run> {
  return () => run('sh', ['-c', `for blob in "$@"; do ${command} <"$blob" || exit; done`, 'sh', ...blobs]);
}

/** Images and what reads them; made in a folder with some gigabytes of room. */
export function makeRoutes(folder: string): readonly Route[] {
  const large = largeImage();
  const saved = join(folder, 'large.tar');
  writeArchive(saved, NAME, large);
  const small = join(folder, 'small.tar');
  writeArchive(small, 'deadweight/bench:small', tallImage(true, 8_000));
  const million = join(folder, 'million.tar');
  writeArchive(million, 'deadweight/bench:million', flatImage(1_000_000, 5, 100));
  const gzip = writeLayout(join(folder, 'gzip'), 'large', large, 'gzip');
  const zstd = writeLayout(join(folder, 'zstd'), 'large', large, 'zstd');
  return [
    {
      name: 'saved archive, 1.3 GB, 62,000 files',
      args: [`docker-archive:${saved}`],
      floor: '`cat`',
      readFloor: cat(saved),
      mostTimes: 2.5,
      mostBytes: 160 * MB,
    },
    {
      name: 'saved archive, 0.9 GB, 100,000 small files, 400 whiteouts',
      args: [`docker-archive:${small}`],
      floor: '`cat`',
      readFloor: cat(small),
      mostTimes: 5,
      mostBytes: 160 * MB,
    },
    {
      name: 'saved archive, a million files in five layers',
      args: [`docker-archive:${million}`],
      floor: '`cat`',
      readFloor: cat(million),
      mostTimes: 20,
      mostBytes: 400 * MB,
    },
    {
      name: 'OCI layout, gzip, 1.3 GB uncompressed',
      args: [`oci:${join(folder, 'gzip')}`],
      floor: '`gzip -dc`, one layer after the other',
      readFloor: decompress('gzip -dc', gzip),
      mostTimes: 0.9,
      mostBytes: null,
    },
    {
      name: 'OCI layout, zstd, 1.3 GB uncompressed',
      args: [`oci:${join(folder, 'zstd')}`],
      floor: '`zstd -dc`, one layer after the other',
      readFloor: decompress('zstd -dc', zstd),
      mostTimes: 3,
      mostBytes: null,
    },
    ...engineRoute(saved),
  ];
}

/** From the engine, where one answers at a socket. */
function engineRoute(archive: string): readonly Route[] {
  const socketPath = /^unix:\/\/(.+)$/.exec(process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock')?.[1];
  try {
    execFileSync('docker', ['load', '--quiet', '--input', archive], { stdio: 'pipe' });
  } catch {
    console.log('skip  the engine: none answers (eval "$(script/engine up)" brings one up)');
    return [];
  }
  if (socketPath === undefined) return [];
  const id = execFileSync('docker', ['image', 'inspect', '--format', '{{.Id}}', NAME], {
    encoding: 'utf8',
  }).trim();
  return [
    {
      name: 'engine, 1.3 GB, 62,000 files',
      args: [`docker-daemon:${NAME}`],
      floor: "the engine's stream, read into nothing",
      readFloor: () => drain(socketPath, `/images/${id}/get`),
      mostTimes: 1.15,
      mostBytes: null,
    },
  ];
}

async function drain(socketPath: string, path: string): Promise<Run> {
  const startedAt = performance.now();
  await new Promise<void>((resolve, reject) => {
    const request = get({ socketPath, path, agent: false }, response => {
      response.on('error', reject).on('end', resolve).resume();
    });
    request.on('error', reject);
  });
  return { seconds: (performance.now() - startedAt) / 1000, peakBytes: null };
}
