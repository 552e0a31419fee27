// Measures the promises of speed, each as a ratio to a physical limit or to a peer in the same run: npm run bench
import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../__tests__/support/silent-log.ts';
import { analyzeImage } from '../src/analysis/analyze-image.ts';
import type { Image } from '../src/image/image.ts';
import { openImage } from '../src/image/open-image.ts';
import type { LayerScan } from '../src/layer/layer-scan.ts';
import { actionsExec } from '../src/run/actions-exec.ts';
import { hostPlatform } from '../src/run/environment.ts';
import { largeImage, tallImage, writeArchive } from './fixture.ts';
import { inTurn, median, type Run, ratio, run } from './measure.ts';

const ROUNDS = 5;
const CLI = join(import.meta.dirname, '..', 'dist', 'cli', 'index.js');
const NAME = 'deadweight/bench:large';
/** No scan is kept: every run does all of the work. */
const env = { ...process.env, DEADWEIGHT_CACHE_DIR: '' };

const deadweight = (...args: string[]): Promise<Run> =>
  run(process.execPath, [CLI, ...args, '--quiet', '--max-layers', '1000'], env);
const seconds = (runs: readonly Run[]): number => median(runs.map(each => each.seconds));
const ms = (runs: readonly Run[]): string => (1000 * seconds(runs)).toFixed(0);
const peak = (runs: readonly Run[]): number => Math.max(...runs.map(each => each.peakBytes ?? 0)) / 1e6;

function row(what: string, measured: string, bar: string, holds: boolean): void {
  console.log(`${holds ? 'ok  ' : 'OVER'}  ${what.padEnd(52)} ${measured.padEnd(44)} ${bar}`);
}

async function timed(body: () => Promise<unknown>): Promise<Run> {
  const startedAt = performance.now();
  await body();
  return { seconds: (performance.now() - startedAt) / 1000, peakBytes: null };
}

async function savedArchive(archive: string): Promise<void> {
  const { size } = await stat(archive);
  const readAll = (): Promise<Run> =>
    timed(async () => {
      for await (const _chunk of createReadStream(archive, { highWaterMark: 4 * 1024 * 1024 }));
    });
  const [weighed, read] = await inTurn(
    ROUNDS,
    () => deadweight('inspect', `docker-archive:${archive}`),
    readAll,
  );
  const bare = await run(process.execPath, ['-e', '']);
  const limit = `${(size / 1e9).toFixed(2)} GB, 62,000 files: ≤ 1 s, ≤ 250 MB`;
  const figures = `${seconds(weighed).toFixed(2)} s, ${peak(weighed).toFixed(0)} MB; node alone ${bare.seconds.toFixed(2)} s`;
  row('inspect of a saved archive', figures, limit, seconds(weighed) <= 1 && peak(weighed) <= 250);
  row('  against reading the archive once into nothing', `${ratio(weighed, read).toFixed(2)} ×`, '', true);
}

async function findings(archive: string): Promise<void> {
  const inspect =
    (...more: string[]) =>
    () =>
      deadweight('inspect', `docker-archive:${archive}`, ...more);
  const [all, alone] = await inTurn(ROUNDS, inspect(), inspect('--no-findings'));
  const cost = ratio(all, alone);
  const times = `${seconds(all).toFixed(2)} s against ${seconds(alone).toFixed(2)} s: ${cost.toFixed(2)} ×`;
  row('inspect with findings and packages, against none', times, '≤ 2 × without', cost <= 2);
}

async function whiteouts(folder: string): Promise<void> {
  const [without, with400] = [join(folder, 'without.tar'), join(folder, 'with.tar')];
  writeArchive(without, 'deadweight/bench:without', tallImage(false));
  writeArchive(with400, 'deadweight/bench:with', tallImage(true));
  const inspect = (archive: string) => () => deadweight('inspect', `docker-archive:${archive}`);
  const [slow, fast] = await inTurn(ROUNDS, inspect(with400), inspect(without));
  const weigh = async (archive: string): Promise<() => Promise<Run>> => {
    const { image, scans } = await scanned(archive);
    return () => timed(async () => void analyzeImage(image, scans, null));
  };
  const [with400s, withouts] = await inTurn(15, await weigh(with400), await weigh(without));
  const weighing = ratio(with400s, withouts);
  const times = `${ms(with400s)} ms against ${ms(withouts)} ms: ${weighing.toFixed(2)} ×`;
  row('weighing 100,000 files under 400 whiteouts', times, '≤ 1.1 × without', weighing <= 1.1);
  const figure = `${seconds(slow).toFixed(2)} s against ${seconds(fast).toFixed(2)} s: ${ratio(slow, fast).toFixed(2)} ×`;
  row('  the whole command, which tells of 100,000 wasted files', figure, '', true);
}

async function scanned(archive: string): Promise<{ image: Image; scans: readonly LayerScan[] }> {
  const image = await openImage(`docker-archive:${archive}`, {
    hostPlatform: hostPlatform(process.arch),
    env: process.env,
    homeDir: tmpdir(),
    log: silentLog,
    exec: actionsExec(process.env),
  });
  const scans = (await image.scan({})).filter(scan => scan !== null);
  return { image, scans };
}

/** The engine's stream, read into nothing. */
function drain(socketPath: string, path: string): Promise<Run> {
  return timed(
    () =>
      new Promise<void>((resolve, reject) => {
        const request = get({ socketPath, path, agent: false }, response => {
          response.on('error', reject).on('end', resolve).resume();
        });
        request.on('error', reject);
      }),
  );
}

async function engine(archive: string): Promise<void> {
  const socket = /^unix:\/\/(.+)$/.exec(process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock')?.[1];
  if (!socket) return console.log('skip  the engine: DOCKER_HOST names no socket');
  try {
    execFileSync('docker', ['load', '--quiet', '--input', archive], { stdio: 'pipe' });
  } catch {
    return console.log('skip  the engine: none answers (eval "$(script/engine up)" brings one up)');
  }
  const id = execFileSync('docker', ['image', 'inspect', '--format', '{{.Id}}', NAME], {
    encoding: 'utf8',
  }).trim();
  const [weighed, floor] = await inTurn(
    ROUNDS,
    () => deadweight('inspect', `docker-daemon:${NAME}`),
    () => drain(socket, `/images/${id}/get`),
  );
  const times = `${seconds(weighed).toFixed(2)} s against ${seconds(floor).toFixed(2)} s: ${ratio(weighed, floor).toFixed(2)} ×`;
  row(
    'inspect from the engine, against draining its stream',
    times,
    '≤ 1.15 ×',
    ratio(weighed, floor) <= 1.15,
  );
  execFileSync('docker', ['image', 'rm', NAME], { stdio: 'pipe' });
}

const folder = await mkdtemp(join(tmpdir(), 'deadweight-bench-'));
try {
  const archive = join(folder, 'large.tar');
  writeArchive(archive, NAME, largeImage());
  await savedArchive(archive);
  await findings(archive);
  await whiteouts(folder);
  await engine(archive);
} finally {
  await rm(folder, { recursive: true, force: true });
}
