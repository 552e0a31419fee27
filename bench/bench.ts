// Measures what is promised of speed and memory, each as a ratio to a physical limit or to a peer in the same run, and
// writes docs/performance.md:
//   npm run bench                      this tree's bundle alone
//   npm run bench -- --before CLI      and another bundle of the command line in turn with it: dist/cli/index.js of a commit
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareFiles } from './comparison.ts';
import { comparedImages, flatImage, writeArchive } from './fixture.ts';
import { inTurn, peakBytesOf, type Run, ratio, run, secondsOf } from './measure.ts';
import { type Growth, type Measured, performancePage } from './page.ts';
import { makeRoutes, type Route } from './routes.ts';

const ROUNDS = 5;
const CLI = join(import.meta.dirname, '..', 'dist', 'cli', 'index.js');
const PAGE = join(import.meta.dirname, '..', 'docs', 'performance.md');
const { before } = parseArgs({ options: { before: { type: 'string' } } }).values;
/** No scan is kept: every run does all of the work. */
const env = { ...process.env, DEADWEIGHT_CACHE_DIR: '' };

function deadweight(cli: string, ...args: readonly string[]): () => Promise<Run> {
  return () => run(process.execPath, [cli, ...args], env);
}

function inspect(cli: string, args: readonly string[]): () => Promise<Run> {
  return deadweight(cli, 'inspect', ...args, '--quiet', '--max-layers', '1000');
}

async function measureRoute(route: Route): Promise<Measured> {
  const [own = [], floor = [], alone = [], earlier = []] = await inTurn(ROUNDS, [
    inspect(CLI, route.args),
    route.readFloor,
    inspect(CLI, [...route.args, '--no-findings']),
    ...(before === undefined ? [] : [inspect(before, route.args)]),
  ]);
  return {
    name: route.name,
    floor: route.floor,
    seconds: secondsOf(own),
    floorSeconds: secondsOf(floor),
    ratio: ratio(own, floor),
    mostTimes: route.mostTimes,
    peakBytes: peakBytesOf(own),
    mostBytes: route.mostBytes,
    findings: ratio(own, alone),
    before: before === undefined ? null : ratio(own, earlier),
  };
}

async function measureStart(): Promise<Measured> {
  const [own = [], floor = [], earlier = []] = await inTurn(ROUNDS * 4, [
    deadweight(CLI, '--version'),
    () => run(process.execPath, ['-e', '0']),
    ...(before === undefined ? [] : [deadweight(before, '--version')]),
  ]);
  return {
    name: '`--version`',
    floor: '`node -e 0`',
    seconds: secondsOf(own),
    floorSeconds: secondsOf(floor),
    ratio: ratio(own, floor),
    mostTimes: 2.5,
    peakBytes: peakBytesOf(own),
    mostBytes: null,
    findings: null,
    before: before === undefined ? null : ratio(own, earlier),
  };
}

/** Two images of 100,000 files whose snapshots are there, held against weighing one of them. */
async function measureComparisons(folder: string): Promise<readonly Measured[]> {
  const archive = join(folder, 'compared.tar');
  const snapshotOf = async (layers: Parameters<typeof writeArchive>[2], name: string): Promise<string> => {
    const path = join(folder, name);
    writeArchive(archive, 'deadweight/bench:compared', layers);
    await inspect(CLI, [`docker-archive:${archive}`, '--verify', '--snapshot', path])();
    return path;
  };
  const images = comparedImages();
  const heads = [];
  for (const [index, { what, layers }] of images.heads.entries()) {
    heads.push({ what, head: await snapshotOf(layers, `head-${index}.json`) });
  }
  const baseline = await snapshotOf(images.baseline, 'baseline.json');
  const measured: Measured[] = [];
  for (const { what, head } of heads) {
    const [weighing = [], comparing = [], reading = []] = await inTurn(ROUNDS, [
      inspect(CLI, [`docker-archive:${archive}`]),
      () => compareFiles(baseline, head),
      deadweight(CLI, 'diff', baseline, head, '--quiet'),
    ]);
    for (const [name, own, mostTimes] of [
      [`comparing 100,000 files, ${what}`, comparing, 0.5],
      [`\`diff\` of two snapshots, ${what}`, reading, null],
    ] as const) {
      measured.push({
        name,
        floor: 'weighing one of the images',
        seconds: secondsOf(own),
        floorSeconds: secondsOf(weighing),
        ratio: ratio(own, weighing),
        mostTimes,
        peakBytes: peakBytesOf(own),
        mostBytes: null,
        findings: null,
        before: null,
      });
    }
  }
  await truncate(archive, 0);
  return measured;
}

/** How time and memory grow with one thing, all else the same. */
async function measureGrowth(folder: string): Promise<readonly Growth[]> {
  const at = async (label: string, layers: Parameters<typeof writeArchive>[2]) => {
    const archive = join(folder, 'growing.tar');
    writeArchive(archive, 'deadweight/bench:growing', layers);
    const [own = []] = await inTurn(3, [inspect(CLI, [`docker-archive:${archive}`])]);
    await truncate(archive, 0);
    return { label, seconds: secondsOf(own), peakBytes: peakBytesOf(own) };
  };
  const files = [];
  for (const count of [50_000, 100_000, 200_000, 400_000]) {
    files.push(await at(`${count / 1000},000`, flatImage(count, 5, 100)));
  }
  const layers = [];
  for (const count of [5, 25, 50, 100]) layers.push(await at(String(count), flatImage(100_000, count, 100)));
  const whiteouts = [];
  for (const count of [0, 100, 200, 400]) {
    whiteouts.push(
      await at(String(count), [
        ...flatImage(100_000, 1, 100),
        ...Array.from({ length: 400 }, (_, index) => [
          { path: index < count ? `srv/layer-0/.wh.dir-${index}` : `other/${index}`, size: 0 },
        ]),
      ]),
    );
  }
  const bytes = [];
  for (const gigabytes of [1, 2, 4, 8])
    bytes.push(await at(`${gigabytes} GB`, flatImage(100, 5, gigabytes * 1e7)));
  return [
    { what: 'files, in five layers', points: files },
    { what: 'layers, of 100,000 files', points: layers },
    { what: 'whiteouts of a directory, among 400 layers on 100,000 files', points: whiteouts },
    { what: 'bytes, in 100 files', points: bytes },
  ];
}

const folder = await mkdtemp(join(tmpdir(), 'deadweight-bench-'));
try {
  const measured = [await measureStart()];
  for (const route of makeRoutes(folder)) {
    const each = await measureRoute(route);
    console.log(JSON.stringify(each));
    measured.push(each);
  }
  for (const each of await measureComparisons(folder)) {
    console.log(JSON.stringify(each));
    measured.push(each);
  }
  const growth = await measureGrowth(folder);
  await writeFile(PAGE, performancePage(measured, growth));
  console.log(`wrote ${PAGE}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
