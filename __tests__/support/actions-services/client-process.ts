import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ClientResult {
  readonly results: readonly unknown[];
  readonly stdout: string;
}

/**
 * Runs operations of the real clients in a process of their own: they read the environment, and print what a runner
 * would interpret.
 * @param script beside this file
 */
export async function runClient(
  script: 'cache-client.ts' | 'artifact-client.ts' | 'store-client.ts',
  operations: readonly unknown[],
  env: Readonly<Record<string, string>>,
): Promise<ClientResult> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [path], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(JSON.stringify(operations));
  const [stdout, stderr, results] = await Promise.all([1, 2, 3].map(fd => textOf(child, fd)));
  try {
    return { results: JSON.parse(results ?? ''), stdout: stdout ?? '' };
  } catch {
    throw new Error(`${script} failed:\n${stdout}\n${stderr}`);
  }
}

async function textOf(child: ChildProcess, fd: number): Promise<string> {
  const stream = child.stdio[fd];
  if (!stream || !('setEncoding' in stream)) throw new Error(`the process has no stream ${fd}`);
  stream.setEncoding('utf8');
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
