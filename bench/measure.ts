import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Contestant } from './route.ts';

/** One run of a program. */
export interface Run {
  readonly seconds: number;
  /** Peak resident bytes; null where the system does not tell. */
  readonly peakBytes: number | null;
}

/** Runs a program to its end, its output thrown away. @throws Error when it fails */
export function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
  cwd: string = process.cwd(),
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(program, [...args], { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', chunk => {
      said += chunk;
    });
    let peakBytes: number | null = null;
    const poll = setInterval(() => {
      peakBytes = peakOf(child.pid) ?? peakBytes;
    }, 5);
    child.on('error', reject);
    child.on('close', code => {
      clearInterval(poll);
      if (code !== 0) reject(new Error(`${program} ${args.join(' ')} ended with ${code}: ${said}`));
      else resolve({ seconds: (performance.now() - startedAt) / 1000, peakBytes });
    });
  });
}

/** Linux keeps the high-water mark while the process lives. */
function peakOf(pid: number | undefined): number | null {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return line ? Number(line[1]) * 1024 : null;
  } catch {
    return null;
  }
}

/**
 * Each in turn, A B C A B C …, after one of each that is not counted: drift of the machine meets all.
 * @param tell is called before each round
 * @returns the runs of each, in their order
 */
export async function inTurn(
  rounds: number,
  contestants: Readonly<Record<string, Contestant>>,
  tell: (round: number) => void = () => undefined,
): Promise<Readonly<Record<string, readonly Run[]>>> {
  const runs: Record<string, Run[]> = Object.fromEntries(Object.keys(contestants).map(name => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    tell(round);
    for (const [name, contestant] of Object.entries(contestants)) {
      const ended = await contestant();
      if (round > 0) runs[name]?.push(ended);
    }
  }
  return runs;
}

/** One after the other as one: the times add up. */
export async function runAll(contestants: readonly Contestant[]): Promise<Run> {
  const runs: Run[] = [];
  for (const contestant of contestants) runs.push(await contestant());
  return { seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0), peakBytes: peakBytesOf(runs) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/**
 * Median of the ratios of times, round by round.
 * @param less is taken off first; nothing when absent
 */
export function ratio(as: readonly Run[], bs: readonly Run[], less: readonly Run[] = []): number {
  return median(
    as.map(
      ({ seconds }, index) => (seconds - (less[index]?.seconds ?? 0)) / (bs[index]?.seconds ?? Number.NaN),
    ),
  );
}

/** Median. Seconds. */
export function secondsOf(runs: readonly Run[]): number {
  return median(runs.map(({ seconds }) => seconds));
}

/** The highest of all. Bytes; null where the system does not tell. */
export function peakBytesOf(runs: readonly Run[]): number | null {
  const peaks = runs.flatMap(({ peakBytes }) => (peakBytes === null ? [] : [peakBytes]));
  return peaks.length === 0 ? null : Math.max(...peaks);
}
