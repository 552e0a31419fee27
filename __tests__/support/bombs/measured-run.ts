import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ended } from '../e2e/child-process.ts';
import { deadweight } from '../e2e/command-line.ts';

/** What a run of the command line took, all of its threads together. */
export interface MeasuredRun extends Ended {
  /** Megabytes that it had in memory at most; infinite when it was killed. */
  readonly megabytes: number;
  /** Seconds of CPU, infinite when it was killed. */
  readonly seconds: number;
}

/** Inspects an image, findings and all, and is killed after five minutes. */
export async function measureInspection(reference: string, cwd: string): Promise<MeasuredRun> {
  const usage = join(cwd, 'usage.json');
  const ended = await deadweight(['inspect', reference, '--json', 'report.json', '-q'], {
    cwd,
    env: { NODE_OPTIONS: `--import=${USAGE}`, USAGE_FILE: usage },
    timeout: 300_000,
  });
  const text = await readFile(usage, 'utf8').catch(() => null);
  if (text === null)
    return { ...ended, megabytes: Number.POSITIVE_INFINITY, seconds: Number.POSITIVE_INFINITY };
  const { maxRSS, userCPUTime, systemCPUTime }: NodeJS.ResourceUsage = JSON.parse(text);
  return { ...ended, megabytes: maxRSS / 1000, seconds: (userCPUTime + systemCPUTime) / 1e6 };
}

/**
 * Writes down at the end what was used. The kernel lets a process begin with the largest memory of the one that started it, so
 * where it tells what the program itself had, that counts.
 */
const USAGE = `data:text/javascript,${encodeURIComponent(
  `import { readFileSync, writeFileSync } from 'node:fs';
   import { isMainThread } from 'node:worker_threads';
   const peak = () => {
     try {
       return Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))[1]);
     } catch {
       return process.resourceUsage().maxRSS;
     }
   };
   const usage = () => JSON.stringify({ ...process.resourceUsage(), maxRSS: peak() });
   if (isMainThread) process.on('exit', () => writeFileSync(process.env.USAGE_FILE, usage()));`,
)}`;
