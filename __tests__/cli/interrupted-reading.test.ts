import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { containerdArchive, fakeEngine } from '../support/conformance/fake-engine.ts';
import { COMMAND_LINE } from '../support/e2e/child-process.ts';
import { changeFiles, folderOf } from '../support/folder.ts';
import { strictRegistry } from '../support/registry/strict-registry.ts';
import { imageOf } from '../support/registry/with-registry.ts';

/** Milliseconds: two seconds, and what a busy machine takes. */
const MAX_END = 2000 + 3000;

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** Where a run stands still: what it reads, and whether it has come there. */
interface Stop {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly isReached: () => boolean;
}

const STOPS: Readonly<Record<string, () => Promise<Stop>>> = {
  'a registry that says nothing': async () => {
    let isReached = false;
    const server: Server = createServer(() => {
      isReached = true;
    }).listen(0, '127.0.0.1');
    open.push(server);
    await new Promise(resolve => server.on('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    return { args: [`docker://127.0.0.1:${port}/app:1`], isReached: () => isReached };
  },
  'a blob that stops in the middle': async () => {
    let isReached = false;
    const on = /GET \/v2\/app\/blobs/;
    const image = await imageOf([1]);
    const config = { on, do: (response: ServerResponse) => void response.end(image.config.bytes) };
    const fault = {
      on,
      do: (response: ServerResponse) => {
        response.write('a');
        isReached = true;
      },
    };
    const registry = await strictRegistry([image], { faults: [config, fault] });
    open.push({ close: () => registry.close().catch(() => undefined) });
    return { args: [`docker://${registry.host}/app:1`], isReached: () => isReached };
  },
  'an engine that stops in the middle': async () => {
    const image = await imageOf([1], 'app:1');
    const archive = await containerdArchive([image]);
    const engine = await fakeEngine([image], { api: 51, store: 'containerd', archive, stopAfter: 1000 });
    open.push(engine);
    return {
      args: ['app:1'],
      env: { DOCKER_HOST: engine.host },
      isReached: () => engine.requests.some(path => path.includes('/get')),
    };
  },
  'a credential helper that says nothing': async () => {
    const folder = await folderOf({ 'config.json': JSON.stringify({ credsStore: 'slow' }) });
    const script = '#!/bin/sh\ntouch "$DOCKER_CONFIG/reached"\ntrap "" TERM INT HUP\nsleep 60 & wait; wait\n';
    await changeFiles(folder, { 'docker-credential-slow': { program: script } });
    const registry = await strictRegistry([await imageOf([1])], { anonymous: true });
    open.push(registry);
    const names: string[] = [];
    const look = setInterval(() => void readdir(folder).then(found => names.push(...found)), 30);
    open.push({ close: () => clearInterval(look) });
    return {
      args: [`docker://${registry.host}/app:1`],
      env: { DOCKER_CONFIG: folder, PATH: `${folder}:/usr/bin:/bin` },
      isReached: () => names.includes('reached'),
    };
  },
};

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const;

it.each(
  Object.entries(STOPS).map(
    ([name, stop], index) => [name, stop, ...(SIGNALS[index % 3] ?? SIGNALS[0])] as const,
  ),
)('a run that waits for %s ends by a signal', async (_name, stop, signal, code) => {
  const { args, env = {}, isReached } = await stop();
  const temporary = await folderOf();
  const own = { PATH: process.env['PATH'] ?? '', TMPDIR: temporary, DEADWEIGHT_CACHE_DIR: '', ...env };
  const child = spawn(process.execPath, [COMMAND_LINE, 'inspect', ...args], { env: own, stdio: 'ignore' });
  const ended = new Promise<number | null>(resolve => child.on('close', resolve));
  await vi.waitUntil(isReached, { timeout: 20_000 });
  const start = performance.now();
  child.kill(signal);
  expect(await ended).toBe(code);
  expect(performance.now() - start).toBeLessThan(MAX_END);
  expect(await readdir(temporary)).toEqual([]);
});
