// Measures what is promised of speed and memory, each as a ratio to a physical limit or to a peer in the same run, and
// writes docs/performance.md:
//   npm run bench                      this tree's bundle alone
//   npm run bench -- --only engine     the routes with that in their names (a regular expression), in their rows alone
//   npm run bench -- --list            their names
//   npm run bench -- --cli CLI         another bundle of the command line: dist/cli/index.js of a commit
//   npm run bench -- --before CLI      and another one in turn with it
// Engines of both stores and a registry are used where eval "$(script/lib/e2e-environment.sh)" has brought them up.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { actionRoutes } from './action-routes.ts';
import { archiveRoutes } from './archive-routes.ts';
import { buildRoutes } from './build-routes.ts';
import { type Bundles, OWN_BUNDLE } from './command-line.ts';
import { comparisonRoutes } from './comparison-routes.ts';
import { engineRoutes } from './engine-routes.ts';
import { explorationRoutes } from './exploration-routes.ts';
import { measureGrowth } from './growth.ts';
import { inTurn, peakBytesOf, ratio, secondsOf } from './measure.ts';
import { type Measured, performancePage, rowOf, withRows } from './page.ts';
import type { Route, RowPlan } from './route.ts';

const ROUNDS = 5;
const PAGE = join(import.meta.dirname, '..', 'docs', 'performance.md');

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    list: { type: 'boolean', default: false },
    cli: { type: 'string', default: OWN_BUNDLE },
    before: { type: 'string' },
  },
});
const bundles: Bundles = { cli: options.cli, before: options.before ?? null };

const startedAt = Date.now();

/** Says what is going on: a whole run takes the better part of an hour. */
function tell(text: string): void {
  const minutes = Math.floor((Date.now() - startedAt) / 60_000);
  console.error(`${String(minutes).padStart(3)} min  ${text}`);
}

/** @returns a line each; null where it cannot be measured here */
async function measureRoute(route: Route, place: string): Promise<readonly Measured[] | null> {
  const name = route.rows[0]?.name ?? '';
  tell(`${place}  ${name}`);
  const prepared = await route.prepare();
  if (typeof prepared === 'string') {
    tell(`${place}  not measured: ${prepared}`);
    return null;
  }
  const rounds = route.rounds ?? ROUNDS;
  const runs = await inTurn(rounds, prepared, round => {
    if (round > 0) tell(`${place}  round ${round} of ${rounds}`);
  });
  return route.rows.map(row => {
    const { own = 'own', against = 'floor', less } = row;
    const [as = [], bs = []] = [runs[own], runs[against]];
    const timesOf = (other: string): number | null =>
      own === 'own' && runs[other] !== undefined ? ratio(as, runs[other]) : null;
    return {
      name: row.name,
      floor: row.floor,
      seconds: secondsOf(as),
      floorSeconds: secondsOf(bs),
      ratio: ratio(as, bs, less === undefined ? [] : runs[less]),
      lessSeconds: less === undefined ? null : secondsOf(runs[less] ?? []),
      mostTimes: row.mostTimes,
      peakBytes: peakBytesOf(as),
      mostBytes: row.mostBytes ?? null,
      findings: timesOf('alone'),
      before: timesOf('before'),
    };
  });
}

/** @returns what cannot be measured here */
async function measureAll(routes: readonly Route[], measured: Measured[]): Promise<readonly RowPlan[]> {
  const missing: RowPlan[] = [];
  for (const [index, route] of routes.entries()) {
    const place = `[${index + 1}/${routes.length}]`;
    const found = await measureRoute(route, place).catch((error: unknown) => {
      tell(`${place}  failed: ${error}`);
      process.exitCode = 1;
      return null;
    });
    if (found === null) missing.push(...route.rows);
    for (const each of found ?? []) console.log(rowOf(each));
    measured.push(...(found ?? []));
  }
  return missing;
}

const folder = await mkdtemp(join(tmpdir(), 'deadweight-bench-'));
try {
  const all = [
    ...archiveRoutes(folder, bundles),
    ...engineRoutes(folder, bundles),
    ...buildRoutes(bundles),
    ...actionRoutes(),
    ...comparisonRoutes(folder, bundles),
    ...explorationRoutes(folder),
  ];
  const wanted = options.only === undefined ? null : new RegExp(options.only, 'i');
  const routes = all.filter(({ rows }) => wanted === null || rows.some(({ name }) => wanted.test(name)));
  if (options.list) {
    for (const { rows } of routes) for (const { name } of rows) console.log(name);
  } else {
    const measured: Measured[] = [];
    const missing = await measureAll(routes, measured);
    if (wanted === null) {
      const growth = await measureGrowth(folder, bundles, tell);
      await writeFile(PAGE, performancePage(measured, missing, growth));
    } else await writeFile(PAGE, withRows(await readFile(PAGE, 'utf8'), measured));
    tell(`wrote ${PAGE}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
// Servers of routes are up still.
process.exit();
