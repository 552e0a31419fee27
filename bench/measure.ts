import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

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
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(program, [...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', chunk => {
      said += chunk;
    });
    let peakBytes: number | null = null;
    const poll = setInterval(() => {
      peakBytes = peakOf(child.pid) ?? peakBytes;
    }, 10);
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

/** The two in turn, A B A B …, after one of each that is not counted: drift of the machine meets both. */
export async function inTurn<T>(
  rounds: number,
  a: () => Promise<T>,
  b: () => Promise<T>,
): Promise<readonly [T[], T[]]> {
  await a();
  await b();
  const [as, bs]: [T[], T[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    as.push(await a());
    bs.push(await b());
  }
  return [as, bs];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Median of the ratios pair by pair. */
export function ratio(as: readonly Run[], bs: readonly Run[]): number {
  return median(as.map((each, index) => each.seconds / (bs[index]?.seconds ?? Number.NaN)));
}
