import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MARK, type StartedRun, startRun } from '../support/e2e/broken-run.ts';
import { checkoutState, processesWith } from '../support/e2e/checkout-state.ts';
import { COMMAND_LINE, inherited } from '../support/e2e/child-process.ts';
import { dockerEnv, STORES } from '../support/e2e/engines.ts';
import { until } from '../support/e2e/gate.ts';
import { GROWTH, type HeldWorld, heldWorld } from '../support/e2e/held-world.ts';
import { reportIn } from '../support/e2e/report-file.ts';
import { gitEnv } from '../support/git/repository.ts';
import { times } from '../support/long.ts';

/** Somewhere in a run, where it stands still. */
interface Phase {
  hold(world: HeldWorld): Promise<void> | void;
  isReached(world: HeldWorld): boolean;
  readonly args?: (world: HeldWorld) => readonly string[];
  /** Whether what was read of layers before is forgotten. */
  readonly readsAnew?: true;
  /** Only then; every day otherwise. */
  readonly onlyLong?: true;
}

const atGate = (name: keyof HeldWorld['gates'], args?: Phase['args']): Phase => ({
  hold: ({ gates }) => gates[name].shut(),
  isReached: ({ gates }) => gates[name].isReached(),
  ...(args && { args }),
});
const adding = (side: string): Phase => ({
  hold: ({ files }) => files.hold(`/${side}/`),
  isReached: ({ files }) => files.isReached(),
});
const prepare: Phase['args'] = ({ gates }) => [
  '--prepare',
  `case $(cat side) in head) ${gates['prepare-head'].hold} true ;; *) ${gates['prepare-base'].hold} true ;; esac`,
];

const reportPath = ({ out }: HeldWorld): string => join(out, 'report.json');

const PHASES: Readonly<Record<string, Phase>> = {
  'a clean filter': atGate('status'),
  'a fetch': atGate('fetch'),
  'prepare of the head': atGate('prepare-head', prepare),
  'the build of the head': adding('head'),
  'a build into a layout': { ...adding('head'), args: () => ['--engine-store', 'api'] },
  'weighing from an engine': {
    hold: ({ engine }) => engine.hold('/get'),
    isReached: ({ engine }) => engine.isReached(),
    args: () => ['--engine-store', 'api'],
    readsAnew: true,
  },
  'weighing a layout': {
    hold: () => undefined,
    isReached: ({ temporary }) => globSync(`${temporary}/deadweight-*/**/index.json`).length > 0,
    args: () => ['--engine-store', 'api'],
    readsAnew: true,
  },
  'a smudge filter of the base': atGate('checkout'),
  'a smudge filter of a base that is prepared': { ...atGate('checkout', prepare), onlyLong: true },
  'prepare of the base': { ...atGate('prepare-base', prepare), onlyLong: true },
  'the build of the base': adding('base'),
  'writing into a pipe that nobody reads': {
    async hold(world) {
      await rm(reportPath(world), { force: true });
      await rm(join(world.out, 'pipe'), { force: true });
      execFileSync('mkfifo', [join(world.out, 'pipe')]);
    },
    isReached: world => existsSync(reportPath(world)),
    args: ({ out }) => ['--markdown', join(out, 'pipe')],
  },
};

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const IS_LONG = times(0, 1) === 1;

/** Phases that a run on a store has. */
function phasesOn(store: string): readonly string[] {
  const absent =
    store === 'overlay2' ? ['a build into a layout', 'weighing a layout'] : ['weighing from an engine'];
  return Object.keys(PHASES).filter(name => !absent.includes(name) && (IS_LONG || !PHASES[name]?.onlyLong));
}

/** Each phase with the signals that it is ended by: one of them every day. */
function casesOn(store: string): (readonly [phase: string, signal: (typeof SIGNALS)[number]])[] {
  return phasesOn(store).flatMap((phase, index) =>
    SIGNALS.filter((_, place) => IS_LONG || place === index % SIGNALS.length).map(
      signal => [phase, signal] as const,
    ),
  );
}

/** Where KILL leaves most. */
const KILLED_EVERY_DAY = ['a fetch', 'a smudge filter of the base'];

const engines = STORES.slice(0, times(1, 2));

describe.each(engines)('a run that is broken off on %s', (store, host) => {
  const real = it.skipIf(host === undefined);
  let world: HeldWorld;
  let before: Readonly<Record<string, string>>;
  let serial = 0;
  const started: StartedRun[] = [];

  beforeAll(async () => {
    if (host === undefined) return;
    world = await heldWorld(host);
    before = await checkoutState(world.workspace);
  });
  afterAll(() => world?.close());
  afterEach(async () => {
    for (const run of started.splice(0)) run.kill('SIGKILL');
    await world?.release();
  });

  function start(
    args: readonly string[] = [],
    { json = reportPath(world), cache = world.cache } = {},
  ): StartedRun & { readonly mark: string } {
    serial += 1;
    const mark = `${store}-${serial}`;
    const env = {
      ...{ ...gitEnv, ...dockerEnv(world.engine.host), ...inherited('PATH') },
      ...{ TMPDIR: world.temporary, DEADWEIGHT_CACHE_DIR: cache, COLUMNS: '100', [MARK]: mark },
    };
    const all = ['build', '.', '--against', 'main', '--json', json, ...args];
    const run = startRun(COMMAND_LINE, all, { cwd: world.workspace, env });
    started.push(run);
    return { mark, ...run };
  }

  /** A run that stands still in a phase. */
  async function startInto(name: string): Promise<ReturnType<typeof start>> {
    const phase = PHASES[name];
    if (phase === undefined) throw new Error(name);
    await phase.hold(world);
    const run = start(phase.args?.(world), phase.readsAnew ? { cache: '' } : {});
    await run.comesTo(name, () => phase.isReached(world));
    return run;
  }

  async function expectWhole(args: readonly string[] = []): Promise<void> {
    const ended = await start(args).ended;
    expect(ended.code, ended.stderr).toBe(0);
    const { comparison } = await reportIn(reportPath(world));
    expect(comparison?.delta.size).toBe(GROWTH);
  }

  real.each(casesOn(store))('in %s by %s leaves nothing', async (phase, signal) => {
    const run = await startInto(phase);
    expect(processesWith(MARK, run.mark)).not.toEqual([]);
    run.kill(signal);
    const ended = await run.ended;
    expect(processesWith(MARK, run.mark)).toEqual([]);
    expect([ended.code, ended.signal], ended.stderr).toEqual([128 + constants.signals[signal], null]);
    expect(await readdir(world.temporary)).toEqual([]);
    expect(globSync(`${world.cache}/layers/deadweight-*`)).toEqual([]);
    await world.release();
    expect(await checkoutState(world.workspace)).toEqual(before);
  });

  real.each(IS_LONG ? phasesOn(store) : KILLED_EVERY_DAY)(
    'in %s by SIGKILL leaves the checkout as it was',
    async phase => {
      const run = await startInto(phase);
      run.kill('SIGKILL');
      expect((await run.ended).signal).toBe('SIGKILL');
      expect(await readdir(world.temporary)).not.toEqual([]);
      // What it started goes on, as it would.
      await world.release();
      expect(await checkoutState(world.workspace)).toEqual(before);
      if (IS_LONG) await expectWhole();
      await until(() => processesWith(MARK, run.mark).length === 0, 'the end of what it started');
    },
  );

  real('is cleared away by the next, which gives the right figure', async () => {
    await expectWhole();
    expect(await readdir(world.temporary)).toEqual([]);
    expect(await checkoutState(world.workspace)).toEqual(before);
  });

  real('does not meet others in the same checkout', async () => {
    const reports = Array.from({ length: times(3, 8) }, (_, index) =>
      join(world.out, `report-${index}.json`),
    );
    const ended = await Promise.all(reports.map(path => start([], { json: path }).ended));
    for (const { code, stderr } of ended) expect(code, stderr).toBe(0);
    const deltas: unknown[] = [];
    for (const path of reports) deltas.push((await reportIn(path)).comparison?.delta.size);
    expect(deltas).toEqual(reports.map(() => GROWTH));
    expect(await readdir(world.temporary)).toEqual([]);
    expect(await checkoutState(world.workspace)).toEqual(before);
  });
});
