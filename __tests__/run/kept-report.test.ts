import { readdir, readFile, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { createDiskScanStore, type ScanStore } from '../../src/layer/scan-store.ts';
import type { OptionValues } from '../../src/run/config/options.ts';
import type { Settings } from '../../src/run/config/settings.ts';
import type { Environment } from '../../src/run/environment.ts';
import { inspectImage } from '../../src/run/inspect-pipeline.ts';
import { SecretMask } from '../../src/run/secret-values.ts';
import { LOCAL_ORIGIN } from '../../src/run/weigh/image-report.ts';
import { legacyDockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { changeFiles, folderOf } from '../support/folder.ts';
import { optionValues } from '../support/option-values.ts';
import { PLAIN_SETTINGS } from '../support/plain-settings.ts';
import { silentLog } from '../support/silent-log.ts';
import { testEnvironment } from '../support/test-environment.ts';

const TOKEN = 'dW5ndWVzc2FibGU-of-a-run';
/** The file system's clock and this one are not the same: what lies there was written a while ago. */
const LATER = Date.now() + 3_600_000;

async function archive(seed = 1): Promise<Uint8Array> {
  const steps = [
    { createdBy: `RUN curl https://example.org/?id=${TOKEN}`, layer: { 'srv/app': file(3000, { seed }) } },
    { createdBy: 'RUN rm', layer: { 'srv/.wh.app': file(0), 'var/cache/apt/pkgcache.bin': file(2_000_000) } },
  ];
  return legacyDockerArchive([await fabricateImage({ steps })]);
}

let cwd: string;
let scans: string;
let read: string[];

beforeEach(async () => {
  cwd = await folderOf({
    'app.tar': await archive(),
    'base.tar': await archive(),
    'other.tar': await archive(2),
  });
  scans = join(cwd, 'scans');
  read = [];
});

/** Tells which layers' scans were looked for: who knows the report looks for none. */
function store(): ScanStore {
  const known = createDiskScanStore(scans, { log: silentLog, machine: 'one' });
  const counted = Object.create(known) as ScanStore;
  return Object.assign(counted, {
    get: (...[diffId, collectors]: Parameters<ScanStore['get']>) => {
      read.push(diffId);
      return known.get(diffId, collectors);
    },
    getPlaced: known.getPlaced.bind(known),
    put: known.put.bind(known),
    putPlaced: known.putPlaced.bind(known),
    getNumbers: known.getNumbers.bind(known),
    putNumbers: known.putNumbers.bind(known),
    getResult: known.getResult.bind(known),
    putResult: known.putResult.bind(known),
    trim: known.trim.bind(known),
  });
}

interface Changes {
  readonly name?: string;
  readonly options?: Partial<OptionValues>;
  readonly settings?: Partial<Settings>;
  readonly environment?: Partial<Environment>;
}

async function weigh({ name = 'app.tar', options = {}, settings = {}, environment = {} }: Changes = {}) {
  read = [];
  const { report } = await inspectImage(
    { reference: `docker-archive:${join(cwd, name)}`, options: optionValues(options) },
    { ...PLAIN_SETTINGS, ...settings },
    testEnvironment(cwd, {
      scanStore: store(),
      reportMaker: 'this code',
      clock: { now: () => LATER },
      ...environment,
    }),
  );
  return { report, isKnown: read.length === 0 };
}

async function results(): Promise<readonly string[]> {
  return (await readdir(scans).catch(() => [])).filter(name => name.endsWith('.result'));
}

describe('the report of an image that was weighed before', () => {
  it('is the one that weighing it gives, made now', async () => {
    const first = await weigh();
    const later = { clock: { now: () => LATER + 86_400_000 } };
    const second = await weigh({ environment: later });
    expect([first.isKnown, second.isKnown]).toEqual([false, true]);
    const generatedAt = new Date(LATER + 86_400_000).toISOString();
    expect(first.report.findings.length).toBeGreaterThan(0);
    expect(second.report).toEqual({ ...first.report, generatedAt });
    expect((await weigh({ environment: { ...later, reportMaker: null } })).report).toEqual(second.report);
  });

  it.each<readonly [string, Changes]>([
    ['an option', { options: { findings: false } }],
    ['a base', { options: { base: 'docker-archive:base.tar' } }],
    [
      'a rule',
      {
        settings: {
          decisions: {
            rules: new Map([['apt-lists', { level: 'off', minBytes: null, ignorePaths: [] }]]),
            baselineIgnores: null,
          },
        },
      },
    ],
    ['a limit', { settings: { failOn: 'warning' } }],
    ['a title', { settings: { title: 'another' } }],
    ['the code', { environment: { reportMaker: 'other code' } }],
    ['its name', { name: 'base.tar' }],
  ])('is made anew for %s', async (_what, changes) => {
    await weigh();
    const at = (each: Changes): Changes =>
      each.options?.base ? { ...each, options: { base: `docker-archive:${join(cwd, 'base.tar')}` } } : each;
    const anew = await weigh(at(changes));
    expect(anew.isKnown).toBe(false);
    expect((await weigh(at(changes))).report).toEqual(anew.report);
    expect((await weigh()).isKnown).toBe(true);
  });

  it('is made anew for another file in its place, also with the old times', async () => {
    const { report } = await weigh();
    const { atime, mtime, size } = await stat(join(cwd, 'app.tar'));
    await setTimeout(10);
    await changeFiles(cwd, { 'app.tar': await readFile(join(cwd, 'other.tar')) });
    await utimes(join(cwd, 'app.tar'), atime, mtime);
    expect((await stat(join(cwd, 'app.tar'))).size).toBe(size);
    const other = await weigh();
    expect(other.isKnown).toBe(false);
    expect(other.report.image.imageId).not.toBe(report.image.imageId);
    // The same bytes, for all that is known.
    await changeFiles(cwd, { 'app.tar': await readFile(join(cwd, 'base.tar')) });
    await utimes(join(cwd, 'app.tar'), atime, mtime);
    expect(await weigh()).toEqual({ report, isKnown: false });
  });

  it('is not kept where the file was changed just now', async () => {
    const now = { environment: { clock: { now: () => Date.now() } } };
    await weigh(now);
    expect((await weigh(now)).isKnown).toBe(false);
  });

  it('is not kept where bytes are to be verified, or more than the report is wanted', async () => {
    for (const options of [
      { verify: true },
      { snapshot: 'snapshot.json' },
      { files: 'files.csv' },
      { html: 'a.html' },
    ])
      await weigh({ options });
    expect(await results()).toEqual([]);
    await weigh();
    for (const options of [{ snapshot: 'snapshot.json' }])
      expect((await weigh({ options })).isKnown).toBe(false);
  });

  it('is not kept with a secret of the run, nor taken where it has one', async () => {
    const secrets = new SecretMask([TOKEN]);
    const hidden = await weigh({ environment: { secrets } });
    expect(JSON.stringify(hidden.report)).not.toContain(TOKEN);
    expect(await results()).toEqual([]);
    const shown = await weigh();
    expect(JSON.stringify(shown.report)).toContain(TOKEN);
    const again = await weigh({ environment: { secrets } });
    expect(again.isKnown).toBe(false);
    expect(again.report).toEqual(hidden.report);
  });

  it('is made anew where what was kept is damaged', async () => {
    const { report } = await weigh({ environment: { reportMaker: 'this code' } });
    const [name = ''] = await results();
    const path = join('scans', name);
    const bytes = await readFile(join(cwd, path));
    expect((await stat(join(cwd, path))).mode & 0o777).toBe(0o600);
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
    await changeFiles(cwd, { [path]: bytes });
    const anew = await weigh();
    expect(anew).toEqual({ report, isKnown: false });
  });

  it('is nothing to who compares it, or keeps it for later runs', async () => {
    await weigh();
    read = [];
    const environment = testEnvironment(cwd, {
      scanStore: store(),
      reportMaker: 'this code',
      clock: { now: () => LATER },
    });
    const reference = `docker-archive:${join(cwd, 'app.tar')}`;
    await inspectImage({ reference, options: optionValues() }, PLAIN_SETTINGS, environment, {
      origin: LOCAL_ORIGIN,
      baseline: null,
      seeds: true,
    });
    expect(read).not.toEqual([]);
  });
});
