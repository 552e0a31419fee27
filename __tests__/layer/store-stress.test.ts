import { spawn } from 'node:child_process';
import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../src/base/digest.ts';
import { sumBytes } from '../../src/base/sum-bytes.ts';
import { listScanFiles } from '../../src/layer/scan-files.ts';
import { createDiskScanStore } from '../../src/layer/scan-store.ts';
import {
  decodePlacedScan,
  decodeScan,
  encodeScan,
  placedScanKey,
  scanFileName,
  scanKey,
} from '../../src/layer/stored-scan.ts';
import { folderOf } from '../support/folder.ts';
import { times } from '../support/long.ts';
import { plainScan } from '../support/scans/scan.ts';
import { silentLog } from '../support/silent-log.ts';
import { LAYERS, layerNumber } from '../support/store/store-user.ts';

vi.setConfig({ testTimeout: 300_000 });

const USER = join(import.meta.dirname, '../support/store/store-user.ts');
const scans = Array.from({ length: LAYERS }, (_, number) => layerNumber(number));

interface Used {
  readonly killed: boolean;
  readonly found: number;
  readonly stderr: string;
}

/** @param killAfter milliseconds after its first word; never when null */
function use(
  directory: string,
  mostBytes: number,
  killAfter: number | null,
  how: 'damage' | 'use',
): Promise<Used> {
  return new Promise((resolve, reject) => {
    const rounds = killAfter === null ? times(8, 300) : 1e6;
    const child = spawn(process.execPath, [USER, directory, String(rounds), String(mostBytes), how]);
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout === '' && killAfter !== null) setTimeout(() => child.kill('SIGKILL'), killAfter);
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      resolve({ killed: signal === 'SIGKILL', found: Number(stdout.split('\n').at(-2)), stderr });
    });
  });
}

/** Many at once, of which every third is killed at some moment. */
async function useTogether(
  directory: string,
  mostBytes: number,
  count: number,
  how: 'use' | 'damage',
): Promise<number> {
  const users = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      use(directory, mostBytes, index % 3 === 0 ? Math.random() * 400 : null, how),
    ),
  );
  expect(users.map(({ stderr }) => stderr).join('')).toBe('');
  expect(users.filter(({ killed }) => killed)).toHaveLength(Math.ceil(count / 3));
  return users.reduce((sum, { killed, found }) => sum + (killed ? 0 : found), 0);
}

/** What the files have whose names are final; null for what is not whole. */
function storedUnder(directory: string): readonly boolean[] {
  const expected = new Map(
    scans.flatMap(({ diffId }, number) => {
      const key = scanKey(diffId, []);
      const placed = placedScanKey(`here 1:${number}`, diffId, []);
      return [
        [scanFileName(key, '.scan'), (bytes: Uint8Array) => decodeScan(bytes, key, diffId) !== null],
        [
          scanFileName(placed, '.placed-scan'),
          (bytes: Uint8Array) => decodePlacedScan(bytes, placed, diffId) !== null,
        ],
      ] as const;
    }),
  );
  return listScanFiles(directory)
    .filter(({ isDraft }) => !isDraft)
    .map(({ path }) => expected.get(path.slice(directory.length + 1))?.(readFileSync(path)) ?? false);
}

/** As if nobody had written for long. */
function ageDrafts(directory: string): void {
  const old = Date.now() / 1000 - 3600;
  for (const { path } of listScanFiles(directory)) if (path.endsWith('.tmp')) utimesSync(path, old, old);
}

describe('a store that many use at once, some of whom are killed', () => {
  it('has whole files alone, within its limit, and gives what was put', async () => {
    const directory = await folderOf();
    // For two thirds of the layers.
    const scan = scans.at(-1) ?? layerNumber(0);
    const mostBytes = 16 * encodeScan(scan, scanKey(scan.diffId, [])).length;
    expect(await useTogether(directory, mostBytes, times(8, 20), 'use')).toBeGreaterThan(8);
    expect(new Set(storedUnder(directory))).toEqual(new Set([true]));
    ageDrafts(directory);
    createDiskScanStore(directory, { log: silentLog, mostBytes }).trim();
    const left = listScanFiles(directory);
    expect(left.filter(({ isDraft }) => isDraft)).toEqual([]);
    expect(left.length).toBeGreaterThan(8);
    expect(sumBytes(left)).toBeLessThanOrEqual(mostBytes);
  });

  it('is rid of what writers left that were killed, and has no half of it', async () => {
    const directory = await folderOf();
    const countDrafts = () => listScanFiles(directory).filter(({ isDraft }) => isDraft).length;
    let drafts = 0;
    // Who is killed at the sight of a draft may have given it its name by then.
    for (let round = 0; round < 50 && drafts < times(1, 10); round += 1) {
      const writer = spawn(process.execPath, [USER, directory, '1000000', '0', 'write'], { stdio: 'ignore' });
      const ended = new Promise(resolve => writer.on('close', resolve));
      while (writer.exitCode === null && countDrafts() === drafts) await setImmediate();
      writer.kill('SIGKILL');
      await ended;
      drafts = countDrafts();
    }
    expect(drafts).toBeGreaterThan(0);
    const store = createDiskScanStore(directory, { log: silentLog });
    store.trim();
    expect(listScanFiles(directory).filter(({ isDraft }) => isDraft)).toHaveLength(drafts);
    ageDrafts(directory);
    store.trim();
    // The last that was written whole, if there is one.
    for (const { path } of listScanFiles(directory)) {
      const bytes = readFileSync(path);
      expect(sha256(bytes.subarray(0, -32))).toBe(`sha256:${bytes.subarray(-32).toString('hex')}`);
    }
    expect(countDrafts()).toBe(0);
  });

  it('never gives another figure, whatever happens to its files', async () => {
    const directory = await folderOf();
    expect(await useTogether(directory, 1e9, times(4, 20), 'damage')).toBeGreaterThan(0);
    // What was spoilt is written anew, unless a directory is in its place.
    const store = createDiskScanStore(directory, { log: silentLog, mostBytes: 1e9 });
    for (const scan of scans) {
      await store.put(scan, []);
      const found = await store.get(scan.diffId, []);
      if (found !== null) expect(plainScan(found)).toEqual(plainScan(scan));
    }
  });
});
