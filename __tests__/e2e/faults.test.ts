import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeExec } from '../build/node-exec.ts';
import { MARK, type StartedRun, startRun } from '../support/e2e/broken-run.ts';
import { checkoutState, processesWith } from '../support/e2e/checkout-state.ts';
import { COMMAND_LINE } from '../support/e2e/child-process.ts';
import { BASE, dockerEnv, fresh, STORES } from '../support/e2e/engines.ts';
import { until } from '../support/e2e/gate.ts';
import { reportOf } from '../support/e2e/report-file.ts';
import { changeFiles, folderOf } from '../support/folder.ts';
import { pullRequest } from '../support/git/pull-request.ts';
import { checkout, gitEnv } from '../support/git/repository.ts';
import { times } from '../support/long.ts';

const [, [, HOST]] = STORES;
const REGISTRY = process.env['DEADWEIGHT_REGISTRY'] ?? '';

/** From a signal to the end of the program. Milliseconds. */
const MAX_ENDING = 2_000;

/** What is broken off at any moment of it, and what it must say when it is not. */
interface Command {
  readonly args: (world: World, json: string) => readonly string[];
  readonly cwd?: (world: World) => string;
  /** Puts what the command changes back. */
  readonly restore?: (world: World) => Promise<unknown>;
  /** Checks what the command changes, which it may have done or not. */
  readonly check?: (world: World) => Promise<unknown>;
}

const FIXABLE = `FROM ${BASE}\nRUN head -c 3000000 /dev/urandom > /cache\nRUN head -c 500000 /dev/urandom > /app && rm /cache\n`;

const COMMANDS: Readonly<Record<string, Command>> = {
  'inspect of an archive': {
    args: ({ one }, json) => ['inspect', `docker-archive:${one.archive}`, '--json', json],
  },
  'inspect of an image of the engine': { args: ({ one }, json) => ['inspect', one.name, '--json', json] },
  'inspect of an image of a registry': {
    args: ({ one }, json) => ['inspect', `docker://${one.name}`, '--json', json],
  },
  'diff of two archives': {
    args: ({ one, two }, json) => [
      'diff',
      `docker-archive:${one.archive}`,
      `docker-archive:${two.archive}`,
      '--json',
      json,
    ],
  },
  'build against main': {
    args: (_world, json) => ['build', '.', '--against', 'main', '--json', json],
    cwd: ({ workspace }) => workspace,
  },
  fix: {
    args: (_world, json) => ['fix', '.', '--json', json],
    cwd: ({ fixable }) => fixable,
    restore: ({ fixable }) => changeFiles(fixable, { Dockerfile: FIXABLE }),
    async check({ fixable }) {
      expect(await readdir(fixable)).toEqual(['Dockerfile']);
      const text = await readFile(join(fixable, 'Dockerfile'), 'utf8');
      if (text !== FIXABLE) expect(text).toMatch(/&& rm \/cache\n$/);
    },
  },
};

/** Builds are broken off every day at places that are chosen, in tests of their own. */
const EVERYDAY = Object.keys(COMMANDS).slice(0, times(4, 6));

interface Saved {
  /** Its tag, which a registry knows too. */
  readonly name: string;
  readonly archive: string;
}

interface World {
  readonly one: Saved;
  readonly two: Saved;
  readonly workspace: string;
  readonly fixable: string;
  readonly temporary: string;
  readonly out: string;
  readonly cache: string;
}

/** What a report says of sizes, whatever the time of day. */
async function figuresIn(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8');
  if (text.includes('"fixes"')) return Object.keys(JSON.parse(text)).toSorted();
  const { image, efficiency, layers, comparison } = await reportOf(text);
  return {
    size: image.size,
    efficiency,
    layers: layers.map(({ diffId, size, wastedBytes }) => [diffId, size, wastedBytes]),
    causes: comparison?.causes.map(({ kind, bytes, packages, files }) => [kind, bytes, packages, files]),
    size_delta: comparison?.delta.size,
  };
}

describe.skipIf(HOST === undefined || REGISTRY === '')('a command that is broken off at any moment', () => {
  let world: World;
  let serial = 0;
  const started: StartedRun[] = [];
  const env = dockerEnv(HOST);

  async function docker(...args: readonly string[]): Promise<void> {
    const { exitCode, stderr } = await nodeExec.run('docker', args, { env });
    if (exitCode !== 0) throw new Error(`docker ${args[0]}: ${stderr.slice(-2000)}`);
  }

  async function save(folder: string, ...lines: readonly string[]): Promise<Saved> {
    const name = `${REGISTRY}/deadweight-e2e/faults:${fresh()}`;
    const archive = join(folder, `${lines.length}.tar`);
    const context = await folderOf({ Dockerfile: [`FROM ${BASE}`, ...lines, ''].join('\n') });
    await docker('build', '-q', '-t', name, context);
    await docker('push', '-q', name);
    await docker('save', '-o', archive, name);
    return { name, archive };
  }

  beforeAll(async () => {
    const folder = await folderOf();
    const shared = `RUN head -c 3000000 /dev/urandom > /a && seq 30000 | split -l 10 -a 5 - /srv/x`;
    const dockerfile = `FROM ${BASE}\nENV SEED=${fresh()}\nRUN seq 2000 | split -l 10 - /srv/y\nCOPY . /app\n`;
    const remote = await pullRequest({ Dockerfile: dockerfile, a: 'a' }, { a: 'a'.repeat(5_001) });
    world = {
      one: await save(folder, shared),
      two: await save(folder, shared, 'RUN rm /a && seq 40000 > /b'),
      workspace: await checkout(remote.origin, 'refs/pull/7/merge'),
      fixable: await folderOf({ Dockerfile: FIXABLE }),
      ...{ temporary: await folderOf(), out: await folderOf(), cache: await folderOf() },
    };
  });
  afterAll(async () => {
    for (const run of started) run.kill('SIGKILL');
    if (world !== undefined) await docker('rmi', '-f', world.one.name, world.two.name);
  });

  function start(
    { args, cwd }: Command,
    json: string,
    hasCache = true,
  ): StartedRun & { readonly mark: string } {
    serial += 1;
    const mark = `faults-${serial}`;
    const own = { TMPDIR: world.temporary, DEADWEIGHT_CACHE_DIR: hasCache ? world.cache : '', [MARK]: mark };
    const all = [...args(world, json), '--quiet'];
    const run = startRun(COMMAND_LINE, all, {
      cwd: cwd?.(world) ?? world.out,
      env: { ...gitEnv, ...env, ...own, COLUMNS: '100' },
    });
    started.push(run);
    return { mark, ...run };
  }

  async function runWhole(command: Command, json: string): Promise<number> {
    const before = performance.now();
    const ended = await start(command, json).ended;
    expect(ended.code, ended.stderr).toBe(0);
    return performance.now() - before;
  }

  it.each(EVERYDAY)(
    '%s: no wrong figure, no half file, and the next works',
    async name => {
      const command = COMMANDS[name];
      if (command === undefined) throw new Error(name);
      const json = join(world.out, 'report.json');
      const length = await runWhole(command, json);
      const figures = await figuresIn(json);
      await command.restore?.(world);
      const before = await checkoutState(world.workspace);
      for (let count = times(2, 50); count > 0; count -= 1) {
        await rm(json, { force: true });
        // Half of them read everything anew.
        const run = start(command, json, count % 2 === 0);
        const signal = (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)[count % 4] ?? 'SIGKILL';
        const at = Math.random() * length;
        await Promise.race([delay(at), run.ended]);
        const killedAt = performance.now();
        run.kill(signal);
        const ended = await run.ended;
        const context = `${signal} after ${at.toFixed()} of ${length.toFixed()} ms: ${ended.stderr}`;
        expect(performance.now() - killedAt, context).toBeLessThan(MAX_ENDING);
        // A signal may come before the program has begun, or after it has ended.
        const codes = signal === 'SIGKILL' ? [0, -1] : [0, -1, 128 + constants.signals[signal]];
        expect(codes, context).toContain(ended.code);
        if (ended.code === -1) expect(ended.signal, context).toBe(signal);
        expect(ended.stderr, context).not.toMatch(/\n\s+at |has a bug/);
        if (existsSync(json)) expect(await figuresIn(json), context).toEqual(figures);
        else expect(ended.code, context).not.toBe(0);
        if (signal !== 'SIGKILL' && ended.code !== -1)
          expect(processesWith(MARK, run.mark), context).toEqual([]);
        await command.check?.(world);
        await command.restore?.(world);
        expect(await checkoutState(world.workspace), context).toEqual(before);
        // What it had started goes on, and ends.
        await until(() => processesWith(MARK, run.mark).length === 0, 'the end of what it started');
      }
      await runWhole(command, json);
      expect(await figuresIn(json)).toEqual(figures);
      expect(await readdir(world.temporary)).toEqual([]);
      expect((await readdir(world.out)).filter(file => file !== 'report.json')).toEqual([]);
      await command.restore?.(world);
    },
    600_000,
  );

  it.runIf(times(0, 1) === 1)(
    'does not harm others that use the same cache and checkout',
    async () => {
      const before = await checkoutState(world.workspace);
      const names = Object.keys(COMMANDS).filter(name => name !== 'fix');
      const whole = new Map<string, unknown>();
      for (const name of names) {
        const json = join(world.out, 'whole.json');
        await runWhole(COMMANDS[name] as Command, json);
        whole.set(name, await figuresIn(json));
      }
      await rm(world.cache, { recursive: true, force: true });
      const runs = Array.from({ length: 20 }, (_, index) => {
        const name = names[index % names.length] ?? '';
        const json = join(world.out, `together-${index}.json`);
        const run = start(COMMANDS[name] as Command, json);
        const isKilled = index % 4 === 3;
        if (isKilled) void delay(Math.random() * 2_000).then(() => run.kill('SIGKILL'));
        return { name, json, run, isKilled };
      });
      for (const { name, json, run, isKilled } of runs) {
        const ended = await run.ended;
        if (!isKilled) expect(ended.code, `${name}: ${ended.stderr}`).toBe(0);
        if (existsSync(json)) expect(await figuresIn(json), name).toEqual(whole.get(name));
        await until(() => processesWith(MARK, run.mark).length === 0, 'the end of what it started');
      }
      await runWhole(COMMANDS['inspect of an archive'] as Command, join(world.out, 'report.json'));
      expect(await readdir(world.temporary)).toEqual([]);
      expect(await checkoutState(world.workspace)).toEqual(before);
    },
    600_000,
  );
});
