import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { compareSnapshots } from '../src/compare/compare-snapshots.ts';
import { parseSnapshot } from '../src/compare/parse-snapshot.ts';
import type { Run } from './measure.ts';

/** Compares two snapshots in a process of its own, as every build does. @returns how long it took, reading left out */
export async function compareFiles(baseline: string, head: string): Promise<Run> {
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, baseline, head]);
  return JSON.parse(stdout);
}

const [baseline, head] = process.argv.slice(2);
if (import.meta.main && baseline !== undefined && head !== undefined) {
  const read = (path: string) => parseSnapshot(readFileSync(path, 'utf8'), path);
  const [before, after] = [read(baseline), read(head)];
  const startedAt = performance.now();
  compareSnapshots(before, after);
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(JSON.stringify({ seconds, peakBytes: process.resourceUsage().maxRSS * 1024 } satisfies Run));
}
