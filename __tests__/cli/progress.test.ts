import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type FakeEngine, fakeEngine } from '../support/conformance/fake-engine.ts';
import { COMMAND_LINE, COMPILE_CACHE, inherited } from '../support/e2e/child-process.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { folderOf } from '../support/folder.ts';
import { imageOf } from '../support/registry/with-registry.ts';
import { Screen } from '../support/terminal/screen.ts';

const WAITING = 'Waiting for the engine to send app:1';

const open: FakeEngine[] = [];
afterEach(async () => {
  for (const engine of open.splice(0)) await engine.close();
});

/** An engine that packs the image until it is told that it has. */
async function packingEngine(): Promise<{
  readonly host: string;
  readonly isAsked: () => boolean;
  readonly end: () => void;
}> {
  const image = await imageOf([1], 'app:1');
  const archive = await dockerArchive([image]);
  const { promise: packed, resolve: end } = Promise.withResolvers<void>();
  const engine = await fakeEngine([image], { api: 51, store: 'graph', archive, packed });
  open.push(engine);
  return { host: engine.host, isAsked: () => engine.requests.some(path => path.includes('/get')), end };
}

/** `script` is a terminal: it hands on what is written to it. */
const ON_TERMINAL = [
  'script',
  '--quiet',
  '--return',
  '--command',
  '"$NODE" "$COMMAND" $ARGS 2>&1 >"$REPORT"',
  '/dev/null',
];
const ON_PIPE = ['sh', '-c', '"$NODE" "$COMMAND" $ARGS 2>&1 >"$REPORT"'];

/** @param seen is called with all that was written so far, at each piece of it */
async function run(
  [program = '', ...options]: readonly string[],
  host: string,
  args: string,
  seen: (text: string) => void = () => undefined,
): Promise<{ readonly text: string; readonly code: number | null }> {
  const cwd = await folderOf();
  const own = {
    NODE: process.execPath,
    COMMAND: COMMAND_LINE,
    ARGS: args,
    REPORT: 'report.txt',
    DOCKER_HOST: host,
  };
  const plain = { HOME: cwd, TERM: 'xterm', NO_COLOR: '1', DEADWEIGHT_CACHE_DIR: '' };
  const env = { ...inherited('PATH', 'TMPDIR'), NODE_COMPILE_CACHE: COMPILE_CACHE, ...plain, ...own };
  const child = spawn(program, options, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', piece => {
    text += piece;
    seen(text);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  return { text, code };
}

describe.runIf(process.platform === 'linux')('an engine that packs an image for long', () => {
  it('is waited for with a line at a terminal, which is gone at the end', async () => {
    const engine = await packingEngine();
    const { text, code } = await run(ON_TERMINAL, engine.host, 'inspect app:1', sofar => {
      if (sofar.includes(`${WAITING} (1 s)`)) engine.end();
    });
    expect(code).toBe(0);
    expect(text).toContain(WAITING);
    const screen = new Screen(80, 24);
    screen.write(text);
    expect(screen.text).toBe('');
    expect(screen.isCursorShown).toBe(true);
  });

  it.each([
    ['at a terminal with --quiet', ON_TERMINAL, 'inspect app:1 --quiet'],
    ['where nobody looks', ON_PIPE, 'inspect app:1'],
  ])('is waited for in silence %s', async (_where, how, args) => {
    const engine = await packingEngine();
    const running = run(how, engine.host, args);
    while (!engine.isAsked()) await wait(20);
    await wait(1200);
    engine.end();
    expect(await running).toEqual({ text: '', code: 0 });
  });
});
