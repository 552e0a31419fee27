import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAlive } from '../../../src/base/process-owner.ts';
import { CONTENT_LIES, LIED_ABOUT_BLOBS } from '../../support/conformance/content-lies.ts';
import { containerdArchive } from '../../support/conformance/fake-engine.ts';
import {
  flip,
  GRAPH_LIES,
  LIED_ABOUT,
  LIES_OF_CONTENTS,
  type Lie,
} from '../../support/conformance/graph-lies.ts';
import { allContents, KeptEngine } from '../../support/conformance/kept-engine.ts';
import { until } from '../../support/e2e/gate.ts';
import { dockerArchive } from '../../support/fabricate/docker-archive.ts';
import { folderOf } from '../../support/folder.ts';
import { times } from '../../support/long.ts';
import { pathWithSudoFor } from '../../support/sudo.ts';

/** Where the engine says that its files are: nothing is there without sudo. */
const ROOT = '/nonexistent/deadweight-engine';

const STORES = [
  {
    store: 'graph',
    image: LIED_ABOUT,
    archive: await dockerArchive([LIED_ABOUT]),
    lies: [...GRAPH_LIES, ...LIES_OF_CONTENTS],
  },
  {
    store: 'containerd',
    image: LIED_ABOUT_BLOBS,
    archive: await containerdArchive([LIED_ABOUT_BLOBS]),
    lies: CONTENT_LIES,
  },
] as const;

/** A helper is started for each: every day one of four. */
const someOf = (lies: readonly Lie[]) => lies.filter((_lie, index) => index % times(6, 1) === 0);

it.each([
  ['while an image is read through the API instead', true],
  ['once an image is closed', false],
])('the helper has ended %s', async (_when, isLie) => {
  const [, { image, archive }] = STORES;
  const engine = await KeptEngine.start(image, 'containerd', { archive, says: () => ROOT });
  const pids = join(await folderOf({ pids: '' }), 'pids');
  if (isLie) flip(engine.blob(image.manifest));
  const env = { DOCKER_HOST: engine.host, PATH: await pathWithSudoFor(ROOT, engine.root, pids) };
  const opened = await engine.open({ env, engineStore: 'sudo' });
  const [started, ...others] = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
  expect([started, others]).toEqual([expect.any(Number), []]);
  expect(started).toBeGreaterThan(0);
  if (!isLie) {
    expect(isAlive(started ?? 0)).toBe(true);
    await opened.close();
  }
  await until(() => !isAlive(started ?? 0), 'the end of the helper');
  await opened.close();
  await engine.close();
});

describe.each(STORES)('with sudo, in the $store store', ({ store, image, archive, lies }) => {
  const weigh = async (tell: Lie[1]) => {
    const engine = await KeptEngine.start(image, store, { archive, says: () => ROOT });
    try {
      const told = await engine.weigh({ verify: true }, { engineStore: 'api' });
      if (typeof told === 'string') throw new TypeError(told);
      const asked = engine.sent;
      tell(engine);
      const env = { DOCKER_HOST: engine.host, PATH: await pathWithSudoFor(ROOT, engine.root) };
      const found = await engine.weigh(allContents(image, told), { env, engineStore: 'sudo' });
      return { told, found, lines: engine.lines, sent: engine.sent - asked };
    } finally {
      await engine.close();
    }
  };

  it('is read where it lies', async () => {
    const { told, found, lines, sent } = await weigh(() => undefined);
    expect(found).toEqual(told);
    expect(sent).toBe(0);
    expect(lines.join('\n')).toContain('are read where they lie');
  });

  it.each(someOf(lies))('gives the figures of the API where %s', async (_name, tell) => {
    const { told, found, sent } = await weigh(tell);
    expect(found).toEqual(told);
    expect(sent).toBeGreaterThan(0);
  });
});
