import { readdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { cacheJsonSchema } from '../../script/documents/json-schema.ts';
import { cacheReportSchema } from '../../src/report/cache-report.ts';
import { findCacheDirectories } from '../../src/run/cache-directories.ts';
import { deadweight, expectRefusal } from '../support/e2e/command-line.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { ociLayout, writeFiles } from '../support/fabricate/oci-layout.ts';
import { type Files, folderOf } from '../support/folder.ts';

/** Each case starts a Node of its own. */
vi.setConfig({ testTimeout: 60_000 });

const image = await fabricateImage({
  steps: [1, 2, 3].map(size => ({ createdBy: 'RUN make', layer: { [`f${size}`]: file(size * 1000) } })),
});

const HEX = 'a'.repeat(64);
/** What Deadweight and Node would have written, and what is somebody else's. */
const OWN: Files = {
  [`${HEX}.scan.0a1b2c3d-0000-4000-8000-0123456789ab.tmp`]: 'half a scan',
  [`layers/${HEX}`]: 'a layer',
  'compiled/v24.1.0-x64-964aae3f-1000/0026264b': 'code',
  'compiled/v24.1.0-x64-964aae3f-1000/00581bcc.Xy12ab': 'half a code',
};
const FOREIGN: Files = {
  'notes.txt': 'mine',
  [`${HEX}.scan.txt`]: 'mine',
  [`${HEX}.tmp`]: 'mine',
  [`old/${HEX}.scan`]: 'mine',
  [`layers/${HEX}.tar`]: 'mine',
  'layers/deadweight-notes/text': 'mine',
  'compiled/0026264b': 'mine',
  'compiled/main.o': 'mine',
  'compiled/v24.1.0-x64-964aae3f-1000/notes.txt': 'mine',
  'compiled/v1/0026264b': 'mine',
};

async function cacheOf(files: Files = {}) {
  const cwd = await folderOf();
  await writeFiles(join(cwd, 'layout'), ociLayout([image]));
  const directory = await folderOf(files);
  const run = (...args: readonly string[]) =>
    deadweight(args, { cwd, env: { DEADWEIGHT_CACHE_DIR: directory } });
  const json = async (...args: readonly string[]) => {
    const ended = await run('cache', ...args, '--json', '-');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    return cacheReportSchema().parse(JSON.parse(ended.stdout));
  };
  return { cwd, directory, run, json };
}

describe('deadweight cache', () => {
  it('shows what is stored, where, and the limit', async () => {
    const { directory, run, json } = await cacheOf(OWN);
    expect((await run('inspect', 'oci:layout')).code).toBe(0);
    const report = await json();
    expect(report.scans).toMatchObject({ directory, count: 3, maxBytes: 256_000_000 });
    expect(report).toMatchObject({
      temporaryFiles: { count: 1, bytes: 11 },
      layers: { directory: join(directory, 'layers'), count: 1, bytes: 7, maxBytes: 2_000_000_000 },
      compiledCode: { directory: join(directory, 'compiled'), bytes: 15 },
      cleared: null,
    });
    expect(Date.parse(report.scans?.oldestUse ?? '')).toBeLessThanOrEqual(
      Date.parse(report.scans?.lastUse ?? ''),
    );
    const { stdout, code } = await run('cache', '--scan-cache-size', '250MB', '--layer-cache-size', '1GB');
    expect(code).toBe(0);
    expect(stdout.replaceAll(directory, '/cache')).toMatch(
      new RegExp(
        [
          '^Scans of layers   3, \\d\\.\\d kB of at most 250 MB',
          ' {18}used from 20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC to 20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC',
          ' {18}/cache',
          'Layers of builds  1, 7 B of at most 1 GB',
          ' {18}used from .*',
          ' {18}/cache/layers',
          'Temporary files   1, 11 B',
          'Compiled code     15 B',
          ' {18}/cache/compiled\n$',
        ].join('\n'),
      ),
    );
  });

  it('clears what is ours, and nothing else', async () => {
    const { cwd, directory, run, json } = await cacheOf({ ...OWN, ...FOREIGN });
    const elsewhere = await folderOf({ '0026264b': 'mine', [`${HEX}.scan`]: 'mine' });
    await symlink(join(elsewhere, `${HEX}.scan`), join(directory, `${HEX}.scan`));
    await symlink(elsewhere, join(directory, 'compiled', 'v24.1.0-x64-964aae3f-1'));
    await run('inspect', 'oci:layout');
    const shown = await json();
    const ended = await run('cache', '--clear');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(
      /^Removed 3 scans, 1 layer, 1 temporary file and the compiled code: \d\.\d kB\.\n$/,
    );
    for (const [path, text] of Object.entries(FOREIGN)) {
      expect(await readFile(join(directory, path), 'utf8')).toBe(text);
    }
    expect(await readdir(elsewhere)).toHaveLength(2);
    for (const path of Object.keys(OWN)) {
      expect(await readdir(join(directory, dirname(path)))).not.toContain(path.split('/').at(-1));
    }
    expect(await json('--clear')).toMatchObject({
      scans: { count: 0, bytes: 0, oldestUse: null, lastUse: null },
      temporaryFiles: { count: 0 },
      layers: { count: 0, bytes: 0 },
      compiledCode: { bytes: 0 },
      cleared: { scans: 0, layers: 0, temporaryFiles: 0, bytes: 0 },
    });
    expect(shown.scans?.count).toBe(3);
    expect((await run('cache', '--clear')).stdout).toBe('Nothing was stored.\n');
    expect(await readdir(cwd)).toEqual(['layout']);
  });

  it('leaves no directory of Node behind that is empty', async () => {
    const { directory, json } = await cacheOf(OWN);
    expect((await json('--clear')).cleared).toEqual({ scans: 0, layers: 1, temporaryFiles: 1, bytes: 33 });
    expect(await readdir(join(directory, 'compiled'))).toEqual([]);
  });

  it('says so where nothing is kept, and is empty where nothing is yet', async () => {
    const cwd = await folderOf();
    const off = { cwd, env: { DEADWEIGHT_CACHE_DIR: '' } };
    const nothing = 'Nothing is kept: DEADWEIGHT_CACHE_DIR is empty, or there is no home.\n';
    expect(await deadweight(['cache'], off)).toEqual({ code: 0, stdout: nothing, stderr: '' });
    expect(await deadweight(['cache', '--clear'], off)).toEqual({ code: 0, stdout: nothing, stderr: '' });
    const { stdout } = await deadweight(['cache', '--json', '-'], off);
    expect(cacheReportSchema().parse(JSON.parse(stdout))).toMatchObject({ scans: null, compiledCode: null });
    const missing = { cwd, env: { DEADWEIGHT_CACHE_DIR: join(cwd, 'none') } };
    expect((await deadweight(['cache'], missing)).stdout).toMatch(/^Scans of layers {3}0, 0 B of/);
    expect(await readdir(cwd)).toEqual([]);
  });

  it('ends with 4 where the directory cannot be read, and with 2 for wrong usage', async () => {
    const cwd = await folderOf({ 'a-file': '' });
    const env = { DEADWEIGHT_CACHE_DIR: join(cwd, 'a-file') };
    const run = (...args: readonly string[]) => deadweight(['cache', ...args], { cwd, env });
    const size = ['--scan-cache-size', '1MB'];
    expectRefusal(
      await run(...size),
      4,
      /a-file cannot be read: a part of its path is no directory\./,
      /Set /,
    );
    expectRefusal(
      await run('--scan-cache-size', '5 parsecs'),
      2,
      /is "5 parsecs"/,
      /^Write a size, for example 250MB/m,
    );
    expectRefusal(await run('--scan-cache-size', '-1'), 2, /scan-cache-size is "-1"/, /^Write a size/m);
    const wrong = { 'c.yml': 'rules:\n  aptlists: off\n' };
    const named = await deadweight(['cache', '--config', 'c.yml'], { cwd: await folderOf(wrong) });
    expectRefusal(named, 2, /c\.yml:2: rules\.aptlists is unknown/, /apt-lists/);
    expectRefusal(await run('prune'), 2, /[Tt]oo many arguments/, /--help/);
  });
});

describe('the size of the store', () => {
  const stored = async (directory: string) =>
    (await readdir(directory)).filter(name => name.endsWith('.scan')).length;

  it('is what the option says', async () => {
    const { directory, run, json } = await cacheOf();
    await run('inspect', 'oci:layout', '--scan-cache-size', '0');
    expect(await readdir(directory)).toEqual([]);
    await run('inspect', 'oci:layout');
    expect(await stored(directory)).toBe(3);
    const { bytes = 0 } = (await json()).scans ?? {};
    await run('inspect', 'oci:layout', '--scan-cache-size', '1GB');
    expect(await stored(directory)).toBe(3);
    // Nothing is written here: every layer is found.
    await run('inspect', 'oci:layout', '--scan-cache-size', String(bytes - 1));
    expect(await stored(directory)).toBe(2);
  });
});

describe('where things are kept', () => {
  it('is where the user says, or the cache of the user', () => {
    const of = (env: Readonly<Record<string, string>>) => findCacheDirectories(env, '/home/eve');
    expect(of({ DEADWEIGHT_CACHE_DIR: '' })).toBeNull();
    expect(of({ DEADWEIGHT_CACHE_DIR: '/c' })).toEqual({
      scans: '/c',
      layers: '/c/layers',
      compiled: '/c/compiled',
    });
    expect(of({ XDG_CACHE_HOME: '/x' })).toEqual({
      scans: '/x/deadweight/scans',
      layers: '/x/deadweight/layers',
      compiled: '/x/deadweight/compiled',
    });
    expect(of({ XDG_CACHE_HOME: '.cache' })).toEqual(of({}));
    expect(of({})?.scans).toMatch(/^\/home\/eve\/(?:\.cache|Library\/Caches)\/deadweight\/scans$/);
  });

  it('is never the working directory, unless the user says so', () => {
    expect(findCacheDirectories({}, '')).toBeNull();
    expect(findCacheDirectories({ XDG_CACHE_HOME: 'x' }, '')).toBeNull();
    expect(findCacheDirectories({ DEADWEIGHT_CACHE_DIR: 'x' }, '')?.scans).toBe(join(process.cwd(), 'x'));
  });
});

it('the published schema is what the code has', async () => {
  const published = await readFile(new URL('../../schema/cache.schema.json', import.meta.url), 'utf8');
  expect(published, 'run npm run generate').toBe(`${JSON.stringify(cacheJsonSchema(), null, 2)}\n`);
});
