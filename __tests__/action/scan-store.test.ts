import { readdir } from 'node:fs/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { actionEnvironment } from '../../src/action/environment.ts';
import { folderOf } from '../support/folder.ts';
import { noSecrets } from '../support/no-secrets.ts';
import { optionValues } from '../support/option-values.ts';
import { file, scan } from '../support/scans/scan.ts';

afterEach(() => void vi.unstubAllEnvs());

it('what was not hashed is nowhere kept in a workflow, whose files others may get to see', async () => {
  const folder = await folderOf();
  vi.stubEnv('RUNNER_TEMP', folder);
  const ofStep = () => actionEnvironment(optionValues(), noSecrets, 'app');
  const { scanStore, temporaryDir } = await ofStep();
  const verified = scan([file('a', 1)]);
  const unhashed = { ...verified, verified: false };
  const layer = { diffId: verified.diffId, place: '1:2:3:4:5[0+512]' };
  await scanStore.putPlaced(layer, { scan: unhashed, starts: [512] }, []);
  await scanStore.put(unhashed, []);
  // The step itself knows it, and no other.
  expect(await scanStore.getPlaced(layer, [])).toEqual({ scan: unhashed, starts: [512] });
  const next = await ofStep();
  expect(await next.scanStore.getPlaced(layer, [])).toBeNull();
  expect(await readdir(temporaryDir)).toEqual(['.owner']);
  expect(await readdir(folder)).not.toContain('deadweight-scans');
});

it('what was hashed is there for the next step of the job, and for no other job', async () => {
  const folder = await folderOf();
  const scanned = scan([file('a', 1)]);
  vi.stubEnv('RUNNER_TEMP', folder);
  const ofStep = () => actionEnvironment(optionValues(), noSecrets, 'app');
  await (await ofStep()).scanStore.put(scanned, []);
  expect(await readdir(`${folder}/deadweight-scans`)).toEqual([expect.stringMatching(/\.scan$/)]);
  expect(await (await ofStep()).scanStore.get(scanned.diffId, [])).not.toBeNull();
  vi.stubEnv('RUNNER_TEMP', await folderOf());
  expect(await (await ofStep()).scanStore.get(scanned.diffId, [])).toBeNull();
});

it('nothing is shared where nothing is to be kept', async () => {
  const folder = await folderOf();
  vi.stubEnv('RUNNER_TEMP', folder);
  for (const machine of ['github-hosted', 'self-hosted']) {
    vi.stubEnv('RUNNER_ENVIRONMENT', machine);
    vi.stubEnv('DEADWEIGHT_CACHE_DIR', '');
    const { scanStore, scanCache, temporaryDir } = await actionEnvironment(optionValues(), noSecrets, 'app');
    await scanStore.put(scan([file('a', 1)]), []);
    expect(scanCache).toBeNull();
    expect(await readdir(temporaryDir)).toEqual(['.owner', 'scans']);
  }
});

it('what was hashed stays at home on a machine that outlives the job', async () => {
  const [folder, cache] = [await folderOf(), await folderOf()];
  vi.stubEnv('RUNNER_TEMP', folder);
  vi.stubEnv('DEADWEIGHT_CACHE_DIR', cache);
  const ours = async () => actionEnvironment(optionValues(), noSecrets, 'app');
  const hosted = await ours();
  await hosted.scanStore.put(scan([file('a', 1)]), []);
  await hosted.exportLayouts.use(async () => undefined);
  expect(await readdir(cache)).toEqual([]);
  vi.stubEnv('RUNNER_ENVIRONMENT', 'self-hosted');
  const { scanStore, exportLayouts } = await ours();
  await scanStore.put(scan([file('a', 1)]), []);
  await exportLayouts.use(async () => undefined);
  await exportLayouts.release();
  expect(await readdir(cache)).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.scan$/), 'layers']);
});

it('a workflow says how much is kept', async () => {
  vi.stubEnv('RUNNER_TEMP', await folderOf());
  const { scanStore, temporaryDir } = await actionEnvironment(
    optionValues({ 'scan-cache-size': 0 }),
    noSecrets,
    'app',
  );
  await scanStore.put(scan([file('a', 1)]), []);
  expect(await readdir(temporaryDir)).toEqual(['.owner']);
});
