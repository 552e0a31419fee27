import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import type { OpenOptions } from '../../../src/image/image.ts';
import { openImage } from '../../../src/image/open-image.ts';
import type { FakeEngineOptions } from '../../support/conformance/fake-engine.ts';
import { fakeEngine } from '../../support/conformance/fake-engine.ts';
import { KeptEngine, type StoreKind } from '../../support/conformance/kept-engine.ts';
import { openOptions } from '../../support/conformance/medium.ts';
import { fabricateImage } from '../../support/fabricate/image.ts';
import { file } from '../../support/fabricate/node.ts';
import { folderOf } from '../../support/folder.ts';
import { silentLog } from '../../support/silent-log.ts';

const STORES: readonly StoreKind[] = ['graph', 'containerd'];
const image = await fabricateImage({
  tags: ['app:1'],
  steps: [{ createdBy: 'COPY', layer: { 'etc/a': file(70) } }],
});
const INSTEAD = "The engine's API is asked instead.";

/** What is said of the engine's files where an image is opened, to who debugs and as warnings. */
async function said(
  store: StoreKind,
  more: Partial<FakeEngineOptions> & { readonly says?: (root: string) => string } = {},
  options: Partial<OpenOptions> = {},
  prepare: (engine: KeptEngine) => void = () => undefined,
) {
  const engine = await KeptEngine.start(image, store, more);
  const debug: string[] = [];
  const warnings: string[] = [];
  const log = {
    ...silentLog,
    debug: (line: string) => void debug.push(line),
    warn: (line: string) => void warnings.push(line),
  };
  const env = { DOCKER_HOST: engine.host, ...options.env };
  try {
    prepare(engine);
    const { exec } = openOptions();
    // As a run does that looks an image up before it weighs it.
    for (let time = 0; time < 2; time += 1) await (await engine.open({ log, exec, ...options, env })).close();
    const [name, where] = [engine.host, engine.root].map(
      text => new RegExp(text.replaceAll('.', '\\.'), 'g'),
    );
    const shown = (line: string) => line.replace(name ?? '', 'HOST').replace(where ?? '', 'ROOT');
    return {
      debug: debug.map(shown).filter(line => line.startsWith('The files')),
      warnings: warnings.map(shown),
    };
  } finally {
    process.seteuid?.(process.getuid?.() ?? 0);
    await engine.close();
  }
}

const FILES = 'The files of the Docker engine at HOST (DOCKER_HOST)';

it.each(STORES)('tells that they are read (%s)', async store => {
  const { debug, warnings } = await said(store);
  expect(new Set(debug)).toEqual(new Set([`${FILES} in ROOT are read where they lie.`]));
  expect(warnings).toEqual([]);
});

it.each(STORES)('tells that engine-store has the API asked (%s)', async store => {
  expect(await said(store, {}, { engineStore: 'api' })).toEqual({
    debug: [`${FILES} are not read: engine-store is api. ${INSTEAD}`],
    warnings: [],
  });
});

it.each([
  ['auto', 'debug'],
  ['sudo', 'warn'],
] as const)('tells that the engine is elsewhere (%s)', async (engineStore, level) => {
  const lines: string[] = [];
  const engine = await fakeEngine([image], { api: 51, store: 'graph', archive: Buffer.alloc(0) });
  const log = { ...silentLog, [level]: (line: string) => void lines.push(line) };
  const opened = await openImage(
    'app:1',
    openOptions({ env: { DOCKER_HOST: engine.host }, log, engineStore }),
  );
  await opened.close();
  await engine.close();
  expect(lines).toContain(
    `The files of the Docker engine at ${engine.host} (DOCKER_HOST) are not read: it does not listen on a socket of this machine. ${INSTEAD}`,
  );
});

it.each<[why: string, ...Parameters<typeof said>]>([
  ['the driver btrfs is not supported.', 'graph', { driver: 'btrfs' }],
  [
    'the driver overlay2 may keep what is in a file of one layer in another (metacopy).',
    'graph',
    { metacopy: 'true' },
  ],
  ['the image is not among them, or not as it should be.', 'graph', { driver: 'vfs' }],
])('tells that %s', async (why, ...how) => {
  expect(await said(...how)).toEqual({
    debug: [`${FILES} in ROOT are not read: ${why} ${INSTEAD}`],
    warnings: [],
  });
});

it.each(STORES)('tells that they are on no disk of this machine (%s)', async store => {
  const { debug } = await said(store, { says: () => '/nonexistent/docker' });
  expect(debug).toEqual([
    `${FILES} in /nonexistent/docker are not read: there is no such folder on this machine. ${INSTEAD}`,
  ]);
});

it.skipIf(process.getuid?.() !== 0).each(STORES)(
  'tells that this user may not read them, and what helps (%s)',
  async store => {
    const { debug } = await said(store, {}, {}, engine => {
      chmodSync(dirname(engine.root), 0o755);
      chmodSync(engine.host.slice('unix://'.length), 0o777);
      chmodSync(engine.root, 0o700);
      process.seteuid?.(65_534);
    });
    expect(debug).toEqual([
      `${FILES} in ROOT are not read: this user may not read them (--engine-store sudo reads them with sudo). ${INSTEAD}`,
    ]);
  },
);

it.each(STORES)('warns once in a run that sudo is refused (%s)', async store => {
  const sudo = '#!/bin/sh\necho "sudo: a password is required" >&2\nexit 1\n';
  const programs = await folderOf({ sudo: { program: sudo } });
  const env = { PATH: `${programs}:${process.env['PATH']}` };
  const { warnings } = await said(store, { says: () => '/nonexistent/docker' }, { env, engineStore: 'sudo' });
  expect(warnings).toEqual([
    `${FILES} are not read: The engine's files cannot be read with sudo: sudo: a password is required. ${INSTEAD}`,
  ]);
});

it('asks for no sudo where it would not help', async () => {
  const { warnings } = await said(
    'graph',
    { driver: 'btrfs' },
    { env: { PATH: '/nonexistent' }, engineStore: 'sudo' },
  );
  expect(warnings).toEqual([`${FILES} in ROOT are not read: the driver btrfs is not supported. ${INSTEAD}`]);
});
