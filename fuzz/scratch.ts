import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of this process or thread for the files that readers are to find; it goes with the process. */
export const SCRATCH = mkdtempSync(join(tmpdir(), 'deadweight-fuzz-'));
process.on('exit', () => rmSync(SCRATCH, { recursive: true, force: true }));

/** Writes a file below the folder. @returns its path */
export function place(path: string, content: string | Uint8Array): string {
  const whole = join(SCRATCH, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, content);
  return whole;
}
