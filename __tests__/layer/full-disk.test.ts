import { execFileSync } from 'node:child_process';
import { readdirSync, statfsSync, writeFileSync } from 'node:fs';
import fs, { readdir } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Log } from '../../src/base/effects.ts';
import { createDiskScanStore } from '../../src/layer/scan-store.ts';
import { deadweight } from '../support/e2e/command-line.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file as tarFile } from '../support/fabricate/node.ts';
import { ociLayout, writeFiles } from '../support/fabricate/oci-layout.ts';
import { folderOf } from '../support/folder.ts';
import { file, plainScan, scan } from '../support/scans/scan.ts';
import { silentLog } from '../support/silent-log.ts';

const { writeFile } = fs;
afterEach(() => fill(null));

/** Every file that is written from now on is cut off, as on a full disk; as it was when null. */
function fill(code: string | null): void {
  const failing = async (...[path, data, options]: Parameters<typeof writeFile>): Promise<void> => {
    if (!(data instanceof Uint8Array)) throw new TypeError('scans are bytes');
    await writeFile(path, data.subarray(0, data.length / 2), options);
    throw Object.assign(new Error(`${code}: write`), { code });
  };
  Object.assign(fs, { writeFile: code === null ? writeFile : failing });
  syncBuiltinESMExports();
}

const layer = scan([file('a', 1), file('b', 2)]);
const warnings: string[] = [];
const log: Log = { ...silentLog, warn: message => void warnings.push(message) };

describe('a full disk', () => {
  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EDQUOT', 'the disk quota is used up'],
    ['EIO', 'EIO'],
  ])('(%s) leaves nothing half, and is told once', async (code, reason) => {
    const directory = await folderOf();
    warnings.length = 0;
    const store = createDiskScanStore(directory, { log });
    fill(code);
    await store.put(layer, []);
    await store.put(layer, []);
    expect(await readdir(directory)).toEqual([]);
    expect(await store.get(layer.diffId, [])).toBeNull();
    expect(warnings).toEqual([`Scans cannot be kept in ${directory} for the next run: ${reason}.`]);
    fill(null);
    await store.put(layer, []);
    expect(plainScan(await store.get(layer.diffId, []))).toEqual(plainScan(layer));
    // What is there stays, also when it cannot be written anew.
    fill(code);
    await store.put(layer, []);
    expect(plainScan(await store.get(layer.diffId, []))).toEqual(plainScan(layer));
  });
});

/** A disk of 64 kB; null where this user may not have one. */
async function smallDisk(): Promise<string | null> {
  const path = await folderOf();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path], { stdio: 'ignore' });
    return path;
  } catch {
    return null;
  }
}
const mounted = await smallDisk();
afterAll(() => {
  if (mounted !== null) execFileSync('umount', [mounted]);
});

describe.skipIf(mounted === null)('a disk that is full in earnest', () => {
  it('changes no figure', { timeout: 60_000 }, async () => {
    const directory = mounted ?? '';
    const cwd = await folderOf();
    const image = await fabricateImage({
      steps: [1, 2, 3].map(size => ({
        createdBy: 'RUN make',
        layer: { [`f${size}`]: tarFile(size * 1000) },
      })),
    });
    await writeFiles(join(cwd, 'layout'), ociLayout([image]));
    const inspect = (cache: string) =>
      deadweight(['inspect', 'oci:layout', '--json', '-'], { cwd, env: { DEADWEIGHT_CACHE_DIR: cache } });
    const expected = await inspect('');
    writeFileSync(join(directory, 'ballast'), Buffer.alloc(statfsSync(directory).bavail * 4096));
    for (let round = 0; round < 2; round += 1) {
      const ended = await inspect(directory);
      expect(ended.code).toBe(0);
      expect(ended.stderr).toBe(
        `warning: Scans cannot be kept in ${directory} for the next run: the disk is full.\n`,
      );
      expect(figures(ended.stdout)).toEqual(figures(expected.stdout));
      expect(readdirSync(directory)).toEqual(['ballast']);
    }
  });
});

function figures(json: string): unknown {
  const { generatedAt: _time, ...rest } = JSON.parse(json);
  return rest;
}
